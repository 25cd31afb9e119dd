import { parseArgs } from 'node:util';
import { LOAD_ARGUMENTS, LOAD_HELP } from './load-arguments.ts';
import { type LoadOptions, loadOptionsOf } from './load-options.ts';
import {
  type CompareOptions,
  JOURNEY_ARGUMENTS,
  JOURNEY_HELP,
  journeyOptionsOf,
  UsageError,
} from './options.ts';

/** What `npm run compare` was asked for: the journey, the load test, or one after the other. */
export type Asked = { readonly journey?: CompareOptions; readonly load?: LoadOptions };

/** The text of `--help`. */
export const HELP = `npm run compare -- [options]

Compares both stacks: first their answers, then how they bear the same traffic. Exit code 0: all answers are equal, and there are
figures to trust for every target; 1: something differs, broke a rule of the shop, or has no run that can be trusted; 2: it could not compare.

  --reports DIR         where the reports go (reports): compare.html, .json and .md, journey.html and .json

${LOAD_HELP}

${JOURNEY_HELP}`;

const OPTIONS = {
  ...LOAD_ARGUMENTS,
  ...JOURNEY_ARGUMENTS,
  reports: { type: 'string', default: 'reports' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What the journey takes of a budget, in s. */
const JOURNEY_SECONDS = 15;

const read = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

/** The option of the load test that was given, if one was. */
const loadOption = (args: readonly string[]): string | undefined =>
  args.find((arg) => arg.startsWith('--') && (arg.slice(2).split('=')[0] ?? '') in LOAD_ARGUMENTS);

/**
 * Reads the command line. A URL that is named for the journey is never put under load.
 *
 * @returns what was asked for; undefined when it was help
 * @throws UsageError
 */
export const readCommandLine = (args: readonly string[]): Asked | undefined => {
  const values = read(args);
  if (values.help) return undefined;
  const { reports } = values;
  const alone = values.journey || values.microservices !== undefined || values.serverless !== undefined;
  const wrong = alone ? loadOption(args) : undefined;
  if (wrong !== undefined)
    throw new UsageError(
      `${wrong} belongs to the load test, and --journey, --microservices and --serverless ask for the journey alone; a URL is put under load with --target NAME=URL.`,
    );
  const journey = journeyOptionsOf(values, reports);
  if (alone) return { journey };
  const without = values['no-journey'] || values.quick || values['closed-loop'] !== undefined;
  const load = loadOptionsOf(values, reports, without ? 0 : JOURNEY_SECONDS);
  return without ? { load } : { journey, load };
};
