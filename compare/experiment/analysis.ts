import type { Comparison, Effects, Estimate, Summary } from '../results/report-data.ts';
import type { RunRecord, TargetInfo } from '../results/run-record.ts';
import { type Blocks, makeBlocks } from './by-block.ts';
import { effectsOf } from './effects.ts';
import { isValid, METRIC_NAMES } from './metrics.ts';
import type { Statistics } from './statistics.ts';

/** What all runs together say. */
export type Analysis = {
  readonly summaries: readonly Summary[];
  readonly comparisons: readonly Comparison[];
  readonly effects: readonly Effects[];
};

/** Microservices before serverless, PostgreSQL before DynamoDB, others last; so a difference is what the second adds. */
const orderOf = ({ style, store, name }: TargetInfo): string =>
  `${style ?? 'z'} ${{ postgres: 0, dynamodb: 1, none: 2 }[store ?? 'none']} ${name}`;

const targetsOf = (runs: readonly RunRecord[]): TargetInfo[] => {
  const byName = new Map(runs.map(({ target }) => [target.name, target]));
  return [...byName.values()].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
};

const pairsOf = <T>(items: readonly T[]): (readonly [T, T])[] =>
  items.flatMap((a, index) => items.slice(index + 1).map((b) => [a, b] as const));

const verdictOf = ({ low, high }: Estimate): Comparison['verdict'] => {
  if (low === null || high === null) return 'unknown';
  if (low > 0) return 'a is less';
  return high < 0 ? 'b is less' : 'none';
};

/** Two targets in every metric that both have in the same blocks. */
const compare = (
  blocks: Blocks,
  statistics: Statistics,
  shape: string,
  a: string,
  b: string,
): Comparison[] => {
  const rowsOf = METRIC_NAMES.map((metric) => ({ metric, rows: blocks.rows(shape, metric, [a, b]) }));
  const measured = rowsOf.filter(({ rows }) => rows.length > 0);
  return measured.map(({ metric, rows }) => {
    const difference = statistics.contrast(
      rows.map(([left = 0, right = 0]) => right - left),
      measured.length,
    );
    const positive = rows.every((row) => row.every((value) => value > 0));
    const ratio = positive
      ? statistics.ratio(
          rows.map(([left = 1, right = 1]) => right / left),
          measured.length,
        )
      : null;
    return { shape, metric, a, b, difference, ratio, verdict: verdictOf(difference) };
  });
};

const summarise = (
  runs: readonly RunRecord[],
  blocks: Blocks,
  statistics: Statistics,
  shape: string,
  target: string,
): Summary => {
  const own = runs.filter((run) => run.shape === shape && run.target.name === target);
  const valid = own.filter(isValid).length;
  const metrics = METRIC_NAMES.flatMap((metric) => {
    const values = blocks.rows(shape, metric, [target]).flat();
    return values.length === 0 ? [] : [[metric, statistics.describe(values)] as const];
  });
  return { target, shape, runs: valid, refused: own.length - valid, metrics: Object.fromEntries(metrics) };
};

/** Summaries, comparisons of all pairs of targets, and the 2 x 2 of style and store, from the runs that no gate refused. */
export const analyse = (runs: readonly RunRecord[], statistics: Statistics): Analysis => {
  const blocks = makeBlocks(runs);
  const targets = targetsOf(runs);
  const shapes = [...new Set(runs.map(({ shape }) => shape))].sort();
  return {
    summaries: shapes.flatMap((shape) =>
      targets.map(({ name }) => summarise(runs, blocks, statistics, shape, name)),
    ),
    comparisons: shapes.flatMap((shape) =>
      pairsOf(targets).flatMap(([a, b]) => compare(blocks, statistics, shape, a.name, b.name)),
    ),
    effects: shapes.flatMap((shape) => effectsOf(blocks, statistics, shape, targets)),
  };
};
