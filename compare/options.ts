import type { parseArgs } from 'node:util';

/** What the journey was asked for. */
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

/** Its part of `--help`. */
export const JOURNEY_HELP = `The journey (seconds): one customer's walk through both stacks, whose answers are compared. Uses the stacks that npm start runs;
else starts both on temporary data.

  --journey             the journey alone
  --microservices URL   the journey alone, against microservices at a URL: one gateway for all services
  --serverless URL      the journey alone, against functions at a URL
  --repeats N           warm walks after the cold one (5)
  --data DIR            where the running npm start keeps its data (.duet)

With a URL, name an administrator of that stack as EMAIL:PASSWORD in MICROSERVICES_ADMIN or SERVERLESS_ADMIN.`;

const urlOf = (option: string, value: string | undefined): string | undefined => {
  if (value === undefined) return undefined;
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value.replace(/\/+$/, '');
  throw new UsageError(`--${option} is an http or https URL, not "${value}".`);
};

const text = { type: 'string' } as const;

/** The options of the journey, for `parseArgs`. */
export const JOURNEY_ARGUMENTS = {
  journey: { type: 'boolean', default: false },
  microservices: text,
  serverless: text,
  data: { ...text, default: '.duet' },
  repeats: { ...text, default: '5' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof JOURNEY_ARGUMENTS }>>['values'];

/**
 * Reads the journey's options.
 *
 * @throws UsageError
 */
export const journeyOptionsOf = (values: Values, reports: string): CompareOptions => {
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
    reports,
  };
};
