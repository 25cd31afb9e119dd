import type { parseArgs } from 'node:util';
import { BUDGET_SECONDS, type Fit, fitPlan, OVERHEAD_SECONDS } from './experiment/fit-plan.ts';
import { UsageError } from './options.ts';
import { parseTargets, TARGET_NAMES, type TargetSpec, targetsOnStores } from './targets/specs.ts';
import { MIXES } from './traffic/mix.ts';
import { findMix, type Mix } from './traffic/read-mix.ts';
import { SHAPES, type ShapeName } from './traffic/shapes.ts';

/** What the load test was asked for. */
export type LoadOptions = {
  readonly targets: readonly TargetSpec[];
  readonly shapes: readonly ShapeName[];
  readonly mix: Mix;
  /** Planned requests a second, the mean of a run. */
  readonly rate: number;
  /** When sessions begin: evenly, or at random as people come. */
  readonly arrivals: 'constant' | 'poisson';
  readonly seed: number;
  readonly fit: Fit;
  /** Callers of a closed loop, in the place of open-loop traffic. */
  readonly closedLoop: number | undefined;
  readonly reports: string;
};

/** What the embedded stacks bear on a laptop with two cores with room to spare, in requests a second. */
const USUAL_RATE = 40;
const USUAL_SEED = 1;

/** What a run of a target takes beside its load, in s, until one has shown it. */
export const overheadOf = ({ info }: TargetSpec): number =>
  ({ embedded: OVERHEAD_SECONDS, offline: 15, compose: 45, url: 4 })[info.kind];

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

type Values = ReturnType<typeof parseArgs<{ options: typeof LOAD_ARGUMENTS }>>['values'];

const numberOf = (
  option: string,
  value: string | undefined,
  { least, most, whole = false }: { least: number; most: number; whole?: boolean },
): number | undefined => {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() !== '' && number >= least && number <= most && (!whole || Number.isInteger(number)))
    return number;
  throw new UsageError(
    `--${option} is a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not "${value}".`,
  );
};

const shapesOf = (value = 'steady'): readonly ShapeName[] => {
  const known = Object.keys(SHAPES) as ShapeName[];
  if (value === 'all') return known;
  return [...new Set(value.split(','))].map((name) => {
    const shape = known.find((one) => one === name.trim());
    if (shape) return shape;
    throw new UsageError(`There is no shape "${name}": there are ${known.join(', ')}, and all.`);
  });
};

const targetsOf = ({ stores, targets, target = [] }: Values): readonly TargetSpec[] => {
  if (stores !== undefined && targets !== undefined)
    throw new UsageError('--stores and --targets both say what is put under load: give one of them.');
  const unnamed = target.find((one) => !one.includes('='));
  if (unnamed !== undefined) throw new UsageError(`--target is NAME=URL, not "${unnamed}".`);
  const usual = target.length > 0 ? [] : ['microservices', 'serverless'];
  const named = stores === undefined ? (targets === undefined ? usual : [targets]) : [];
  const specs = parseTargets([...named, ...target]);
  return stores === undefined ? specs : [...targetsOnStores(stores), ...specs];
};

const budgetOf = (values: Values): number => {
  const given = numberOf('budget', values.budget, { least: 10, most: 86_400 });
  if (given !== undefined) return given;
  const named = values.duration !== undefined && values.repetitions !== undefined;
  // Who says how long and how often says how long it takes.
  if (named) return Number.POSITIVE_INFINITY;
  return values.quick ? BUDGET_SECONDS.quick : BUDGET_SECONDS.usual;
};

/**
 * Reads the load test's options.
 *
 * @param takenSeconds what of the budget something else takes
 * @throws UsageError
 */
export const loadOptionsOf = (values: Values, reports: string, takenSeconds: number): LoadOptions => {
  const { arrivals } = values;
  if (arrivals !== 'constant' && arrivals !== 'poisson')
    throw new UsageError(`--arrivals is poisson or constant, not "${arrivals}".`);
  const targets = targetsOf(values);
  const shapes = shapesOf(values.shape);
  const whole = { least: 1, most: 1_000, whole: true };
  const repetitions = numberOf('repetitions', values.repetitions, whole);
  const durationSeconds = numberOf('duration', values.duration, { least: 1, most: 86_400 });
  const warmUpSeconds = numberOf('warm-up', values['warm-up'], { least: 0, most: 3_600 });
  const budget = budgetOf(values) - takenSeconds;
  const fit = fitPlan({
    budgetSeconds: Math.max(1, budget),
    shapes: shapes.length,
    overheadSeconds: targets.map(overheadOf),
    ...(repetitions !== undefined && { repetitions }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(warmUpSeconds !== undefined && { warmUpSeconds }),
  });
  return {
    targets,
    shapes,
    mix: findMix(values.mix),
    rate: numberOf('rate', values.rate, { least: 0.1, most: 100_000 }) ?? USUAL_RATE,
    arrivals,
    seed: numberOf('seed', values.seed, { least: 0, most: 0x7fff_ffff, whole: true }) ?? USUAL_SEED,
    fit,
    closedLoop: numberOf('closed-loop', values['closed-loop'], { ...whole, most: 10_000 }),
    reports,
  };
};
