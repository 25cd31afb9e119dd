import { type Estimate, METRICS, type Metric } from '../results/report-data.ts';

/** How a metric is called in a sentence. */
export const METRIC_WORDS: Readonly<Record<Metric, string>> = {
  p50: 'median latency',
  p95: '95th percentile of latency',
  p99: '99th percentile of latency',
  settle: 'time until an order is settled',
  failedShare: 'share of failed requests',
  cpuPer1000: 'CPU time per 1,000 requests',
  gbPer1000: 'memory per 1,000 requests',
};

/** A number with three significant digits, and without an exponent. */
export const figure = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en-GB', { maximumFractionDigits: 6, useGrouping: true });

/** An estimate whose interval is known, e.g. `3.1 ms (2.9 to 3.4)`; without the sign of its median when that is said in words. */
export const spread = ({ median, low, high }: Estimate, metric: Metric, sign: 'kept' | 'dropped'): string => {
  const turn = sign === 'dropped' && median < 0 ? -1 : 1;
  const ends = [turn * (low ?? Number.NaN), turn * (high ?? Number.NaN)].sort((a, b) => a - b).map(figure);
  return `${figure(turn * median)} ${METRICS[metric]} (${ends.join(' to ')})`;
};

/** Whether an interval is known and excludes 0. */
export const excludesZero = ({ low, high }: Estimate): boolean =>
  low !== null && high !== null && (low > 0 || high < 0);

/** Whether there is an interval. */
export const hasInterval = ({ low, high }: Estimate): boolean => low !== null && high !== null;

/** Words as people list them: `a, b and c`. */
export const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** A number of things, e.g. `1 run` and `2 runs`. */
export const some = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** The shapes of which nothing is known: what is to be said of them is said once, and not for each pair and metric. */
export const shapesWithout = <T extends { readonly shape: string }>(
  all: readonly T[],
  isKnown: (one: T) => boolean,
): readonly string[] =>
  [...Map.groupBy(all, ({ shape }) => shape)]
    .filter(([, ofShape]) => !ofShape.some(isKnown))
    .map(([shape]) => shape);
