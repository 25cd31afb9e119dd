import { BUDGET_SECONDS } from './experiment/fit-plan.ts';
import { TARGET_NAMES } from './targets/specs.ts';
import { MIXES } from './traffic/mix.ts';
import { SHAPES } from './traffic/shapes.ts';

/** What the embedded stacks bear on a laptop with two cores with room to spare, in requests a second. */
export const USUAL_RATE = 40;
/** Of the traffic, and of the order of the runs. */
export const USUAL_SEED = 1;

const lines = (entries: Readonly<Record<string, { readonly says: string }>>): string =>
  Object.entries(entries)
    .map(([name, { says }]) => `      ${name.padEnd(12)}${says}`)
    .join('\n');

/** Its part of `--help`. */
export const LOAD_HELP = `The load test (about three minutes):

  --quick               40 s instead: a look, too short for intervals
  --stores A,B          both styles on each of these stores; postgres,dynamodb is the 2 x 2
  --targets A,B         what is put under load (microservices,serverless): ${TARGET_NAMES}
  --target NAME=URL     one more, at a URL; repeatable
  --shape A,B           how traffic goes up and down (steady), or all:
${lines(SHAPES)}
  --mix NAME|FILE       what customers do (shop), or a JSON file with weights:
${lines(MIXES)}
  --rate N              planned requests a second (${USUAL_RATE})
  --arrivals KIND       poisson or constant: how sessions begin (poisson)
  --duration S          measured seconds of each run (what fits)
  --warm-up S           traffic before them (what fits)
  --repetitions N       blocks: each holds every target under every shape once (5, or what fits)
  --budget S            seconds for all of it (${BUDGET_SECONDS.usual})
  --seed N              of the traffic and of the order of the runs (${USUAL_SEED})
  --closed-loop N       instead: the most that each target answers to N callers who never pause; no latencies
  --no-journey          without the journey before it

A URL is put under load only if --target names it; name an administrator there as EMAIL:PASSWORD in NAME_ADMIN.`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** The options of the load test, for `parseArgs`. */
export const LOAD_ARGUMENTS = {
  quick: flag,
  stores: text,
  targets: text,
  target: { ...text, multiple: true },
  shape: text,
  mix: { ...text, default: 'shop' },
  rate: text,
  arrivals: { ...text, default: 'poisson' },
  duration: text,
  'warm-up': text,
  repetitions: text,
  budget: text,
  seed: text,
  'closed-loop': text,
  'no-journey': flag,
} as const;
