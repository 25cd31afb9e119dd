import type { parseArgs } from 'node:util';
import { BUDGET_SECONDS, type Fit, fitPlan, OVERHEAD_SECONDS } from './experiment/fit-plan.ts';
import { type LOAD_ARGUMENTS, USUAL_RATE, USUAL_SEED } from './load-arguments.ts';
import { UsageError } from './options.ts';
import { parseTargets, type TargetSpec, targetsOnStores } from './targets/specs.ts';
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

/** What a run of a target takes beside its load, in s, until one has shown it. */
export const overheadOf = ({ info }: TargetSpec): number =>
  ({ embedded: OVERHEAD_SECONDS, offline: 15, compose: 45, url: 4 })[info.kind];

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
