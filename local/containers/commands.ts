import type { ParseArgsConfig } from 'node:util';
import { environment } from '../../shared/kernel/config.ts';
import { readCommandLine, UsageError } from '../command-line.ts';
import { openStack, type Stack } from './make-stack.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** A command of `npm run stack`. */
export type StackCommand = {
  /** How it is written, e.g. `scale SERVICE=N...`. */
  readonly usage: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** Returns the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
};

/** The options that every command has. */
export const COMMON = {
  project: { type: 'string' },
  file: { type: 'string', multiple: true },
} as const;

/** Their usage text. */
export const COMMON_HELP = `  --project NAME   the Compose project (COMPOSE_PROJECT_NAME, or duet)
  --file FILE      a Compose file in place of docker-compose.yml; may be given several times`;

/** What a command works with. */
export type Tools = {
  /** Connects to the engine. */
  readonly stack: () => Promise<Stack>;
  /**
   * Comes with the first Ctrl-C or SIGTERM; the second ends the process. Until a command asks for this, the first
   * does.
   */
  readonly signal: () => AbortSignal;
};

type Values<T extends Options> = NonNullable<ReturnType<typeof readCommandLine<T>>>['values'];

/** What a command is made of. */
export type Definition<T extends Options> = Pick<StackCommand, 'usage' | 'summary'> & {
  /** The rest of its usage text. */
  readonly details?: string;
  readonly options: T;
  /** Fewest and most arguments beside the options: none unless given. */
  readonly least?: number;
  readonly most?: number;
  /** Returns the exit code. */
  readonly work: (values: Values<T>, positionals: readonly string[], tools: Tools) => Promise<number>;
};

const projectOf = (given: string | undefined): string => {
  const project = given ?? (environment()['COMPOSE_PROJECT_NAME'] || 'duet');
  if (/^[a-z0-9][a-z0-9_-]*$/.test(project)) return project;
  throw new UsageError(`A project's name is made of a-z, 0-9, _ and -, which "${project}" is not.`);
};

const signalOnce = (): AbortSignal => {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stop.abort());
  return stop.signal;
};

/** Makes a command, which reads its own options and knows `--help`. */
export const defineCommand = <const T extends Options>(definition: Definition<T>): StackCommand => {
  const { usage, summary, details, options, least = 0, most = least, work } = definition;
  const help = [`npm run stack -- ${usage}`, `${summary}.`, ...(details ? [details] : []), COMMON_HELP];
  return {
    usage,
    summary,
    run: async (args) => {
      const line = readCommandLine(args, { ...options, ...COMMON } as T, most);
      if (!line) {
        console.log(help.join('\n\n'));
        return 0;
      }
      if (line.positionals.length < least) throw new UsageError(`It is written ${usage}.`);
      const { project, file } = line.values as { readonly project?: string; readonly file?: string[] };
      const name = projectOf(project);
      return work(line.values, line.positionals, { stack: () => openStack(name, file), signal: signalOnce });
    },
  };
};
