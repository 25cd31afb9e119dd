import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A command line that cannot be understood; its message says how to put it right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>
>;

/** Node's message on one line, without its advice on how to pass what looks like an option. */
const inOneLine = (message: string): string =>
  message
    .replaceAll(/\s+/g, ' ')
    .replace(/ To specify an? .*$/, '')
    .replace(/[^.?]$/, '$&.');

/**
 * Reads options and arguments. Every command knows `--help` and `-h`.
 *
 * @param most how many arguments beside the options there may be
 * @returns undefined when help was asked for
 * @throws UsageError
 */
export const readCommandLine = <T extends Options>(
  args: readonly string[],
  options: T,
  most = 0,
): Parsed<T> | undefined => {
  const known = { ...options, help: { type: 'boolean', short: 'h' } } as const;
  const read = () => {
    try {
      return parseArgs({ args: [...args], options: known, allowPositionals: true });
    } catch (error) {
      throw new UsageError(inOneLine((error as Error).message));
    }
  };
  const { values, positionals } = read();
  if ((values as { help?: boolean }).help) return undefined;
  const extra = positionals[most];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many.`);
  return { values, positionals } as unknown as Parsed<T>;
};

/** A command: its usage text, its options as `parseArgs` wants them, how many arguments it takes, and its work. */
export type Command<T extends Options> = {
  readonly help: string;
  readonly options: T;
  /** None unless given. */
  readonly most?: number;
  /** Returns the exit code. What it throws is a UsageError, or a fault. */
  readonly work: (values: Parsed<T>['values'], positionals: readonly string[]) => number | Promise<number>;
};

/** Runs a command. Exit code 0 with the usage text for `--help`, 2 with one line for what it cannot understand. */
export const runCommand = async <const T extends Options>(command: Command<T>): Promise<void> => {
  try {
    const line = readCommandLine(process.argv.slice(2), command.options, command.most);
    if (line) process.exitCode = await command.work(line.values, line.positionals);
    else console.log(command.help);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message} --help shows what there is.`);
    process.exitCode = 2;
  }
};
