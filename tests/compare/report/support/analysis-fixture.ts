import {
  type Comparison,
  type Effects,
  type Estimate,
  METRICS,
  type Metric,
  type Summary,
} from '../../../../compare/results/report-data.ts';
import type { RunRecord } from '../../../../compare/results/run-record.ts';

const NAMES = Object.keys(METRICS) as Metric[];
const FEWEST = 3;

const metricOf = (metric: Metric, { load, measured }: RunRecord): number | undefined => {
  const stack = measured?.components.filter(({ component }) => component !== 'generator');
  const sum = (of: 'cpuSecondsPer1000' | 'gbSecondsPer1000') =>
    stack?.reduce((total, use) => total + use[of], 0);
  if (metric === 'cpuPer1000') return sum('cpuSecondsPer1000');
  if (metric === 'gbPer1000') return sum('gbSecondsPer1000');
  if (load === null) return undefined;
  if (metric === 'settle') return load.settle.p50;
  if (metric === 'failedShare') return (100 * load.failed) / load.offered;
  return load.latency[metric];
};

const estimateOf = (values: readonly number[]): Estimate => {
  const sorted = values.toSorted((a, b) => a - b);
  const enough = sorted.length >= FEWEST;
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    low: enough ? (sorted[0] ?? 0) : null,
    high: enough ? (sorted.at(-1) ?? 0) : null,
    n: sorted.length,
  };
};

type Values = (target: string, metric: Metric) => readonly number[];

const pairUp = (a: readonly number[], b: readonly number[], by: (x: number, y: number) => number): Estimate =>
  estimateOf(a.slice(0, b.length).map((x, index) => by(x, b[index] ?? 0)));

const verdictOf = ({ low, high }: Estimate): Comparison['verdict'] => {
  if (low === null || high === null) return 'unknown';
  if (low > 0) return 'a is less';
  return high < 0 ? 'b is less' : 'none';
};

const effectsOf = (shape: string, metric: Metric, values: Values): Effects => {
  const targets = [
    'microservices/postgres',
    'serverless/postgres',
    'microservices/dynamodb',
    'serverless/dynamodb',
  ];
  const [mp, sp, md, sd] = targets.map((target) => values(target, metric)) as [
    readonly number[],
    readonly number[],
    readonly number[],
    readonly number[],
  ];
  const n = Math.min(mp.length, sp.length, md.length, sd.length);
  const by = (of: (a: number, b: number, c: number, d: number) => number): Estimate =>
    estimateOf(Array.from({ length: n }, (_, i) => of(mp[i] ?? 0, sp[i] ?? 0, md[i] ?? 0, sd[i] ?? 0)));
  return {
    shape,
    metric,
    cells: targets.map((target) => ({ target, estimate: estimateOf(values(target, metric)) })),
    style: by((a, b, c, d) => (b + d - a - c) / 2),
    store: by((a, b, c, d) => (c + d - a - b) / 2),
    interaction: by((a, b, c, d) => d - c - b + a),
  };
};

/** Summaries, comparisons and effects as an analysis would make them of these runs; the intervals are their ranges. */
export const analysisFixture = (
  runs: readonly RunRecord[],
): { summaries: Summary[]; comparisons: Comparison[]; effects: Effects[] } => {
  const targets = [...new Set(runs.map(({ target }) => target.name))];
  const shapes = [...new Set(runs.map(({ shape }) => shape))];
  const summaries: Summary[] = [];
  const comparisons: Comparison[] = [];
  const effects: Effects[] = [];
  for (const shape of shapes) {
    const of = (target: string) => runs.filter((run) => run.shape === shape && run.target.name === target);
    const values: Values = (target, metric) =>
      of(target)
        .filter(({ refused }) => !refused)
        .flatMap((run) => metricOf(metric, run) ?? []);
    for (const target of targets) {
      const known = NAMES.filter((metric) => values(target, metric).length > 0);
      summaries.push({
        target,
        shape,
        runs: of(target).filter(({ refused }) => !refused).length,
        refused: of(target).filter(({ refused }) => refused).length,
        metrics: Object.fromEntries(known.map((metric) => [metric, estimateOf(values(target, metric))])),
      });
    }
    for (const [index, a] of targets.entries()) {
      for (const b of targets.slice(index + 1)) {
        for (const metric of NAMES) {
          const difference = pairUp(values(a, metric), values(b, metric), (x, y) => y - x);
          const ratio = pairUp(values(a, metric), values(b, metric), (x, y) => (x === 0 ? 1 : y / x));
          comparisons.push({ shape, metric, a, b, difference, ratio, verdict: verdictOf(difference) });
        }
      }
    }
    if (targets.length >= 4) effects.push(...NAMES.map((metric) => effectsOf(shape, metric, values)));
  }
  return { summaries, comparisons, effects };
};
