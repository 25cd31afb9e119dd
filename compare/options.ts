import { parseArgs } from 'node:util';

/** What `npm run compare` was asked for. */
export type CompareOptions = {
  /** Base URL of each stack; undefined: the one that runs here, or else one that is started for the comparison. */
  readonly urls: Readonly<Record<Side, string | undefined>>;
  /** Data directory of a running start. */
  readonly data: string;
  /** Warm walks after the cold one. */
  readonly repeats: number;
  /** Directory of the reports. */
  readonly reports: string;
};

/** The two halves of the comparison. */
export type Side = 'microservices' | 'serverless';
/** Both sides, in the order in which they are shown. */
export const SIDES: readonly [Side, Side] = ['microservices', 'serverless'];

/** A command line that cannot be followed, or stacks that cannot be reached. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The text of `--help`. */
export const HELP = `npm run compare -- [options]

Walks one customer journey through both stacks and compares their answers. Uses the stacks that npm start runs; else
starts both on temporary data. Exit code 0: all answers are equal; 1: some differ; 2: it could not compare.

  --microservices URL   base URL of the microservices: one gateway for all services
  --serverless URL      base URL of the functions
  --data DIR            where the running npm start keeps its data (.duet)
  --repeats N           warm walks after the cold one (5)
  --reports DIR         where journey.html and journey.json go (reports)

With a URL, name an administrator of that stack as EMAIL:PASSWORD in MICROSERVICES_ADMIN or SERVERLESS_ADMIN.`;

const urlOf = (option: string, value: string | undefined): string | undefined => {
  if (value === undefined) return undefined;
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value.replace(/\/+$/, '');
  throw new UsageError(`--${option} is an http or https URL, not "${value}".`);
};

/**
 * Reads the command line.
 *
 * @returns the options; undefined when help was asked for
 * @throws UsageError
 */
export const readOptions = (args: readonly string[]): CompareOptions | undefined => {
  const text = { type: 'string' } as const;
  const options = {
    microservices: text,
    serverless: text,
    data: { ...text, default: '.duet' },
    repeats: { ...text, default: '5' },
    reports: { ...text, default: 'reports' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  const read = () => {
    try {
      return parseArgs({ args: [...args], options }).values;
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
  };
  const values = read();
  if (values.help) return undefined;
  const repeats = Number(values.repeats);
  if (!Number.isInteger(repeats) || repeats < 1 || repeats > 100) {
    throw new UsageError(`--repeats is a number from 1 to 100, not "${values.repeats}".`);
  }
  return {
    urls: {
      microservices: urlOf('microservices', values.microservices),
      serverless: urlOf('serverless', values.serverless),
    },
    data: values.data,
    repeats,
    reports: values.reports,
  };
};
