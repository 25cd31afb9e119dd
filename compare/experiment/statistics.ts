import type { Estimate } from '../results/report-data.ts';
import { type Bootstrap, type Interval, median } from './bootstrap.ts';
import { studentT } from './student-t.ts';

/** Below this, estimates have no interval: the range of 4 values misses their median once in 8 times. */
export const MIN_REPETITIONS = 5;

/** Of the intervals, as far as the number of repetitions allows: the range of 5 values holds the median in 93.75 %. */
const LEVEL = 0.95;

/** Ends of intervals around medians. */
export type Statistics = {
  /** The median of a target's own repetitions. */
  readonly describe: (values: readonly number[]) => Estimate;
  /**
   * The median of differences within blocks, to be held against 0.
   *
   * @param family how many intervals are read together: all of them hold with 95 % (Bonferroni)
   */
  readonly contrast: (differences: readonly number[], family: number) => Estimate;
  /** The median of ratios (all above 0) within blocks: a contrast of their logarithms. */
  readonly ratio: (ratios: readonly number[], family: number) => Estimate;
};

const hull = (intervals: readonly Interval[]): Interval => [
  Math.min(...intervals.map(([low]) => low)),
  Math.max(...intervals.map(([, high]) => high)),
];

/**
 * The sign test's interval: between the k-th least and the k-th greatest value, k as great as the level allows. It holds the
 * median with the probability that it promises, whatever the distribution (David and Nagaraja, Order Statistics, 7.1), except
 * that it cannot be wider than the values' range.
 */
const signInterval = (values: readonly number[], level: number): Interval => {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  let [k, term, tail] = [0, 0.5 ** n, 0.5 ** n];
  while (k < n / 2 - 1 && 2 * tail <= 1 - level) {
    k += 1;
    term *= (n - k + 1) / k;
    tail += term;
  }
  const rank = Math.max(k - 1, 0);
  return [sorted[rank] ?? Number.NaN, sorted[n - 1 - rank] ?? Number.NaN];
};

/** What is left of a subtraction below any clock's resolution is an error of rounding, which can have the same sign in every block. */
const withoutRounding = (value: number): number => Number(value.toFixed(9));

/** Student's interval of the mean. */
const studentInterval = (values: readonly number[], level: number): Interval => {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentT(level, n - 1) * Math.sqrt(variance / n);
  return [mean - half, mean + half];
};

/**
 * Intervals that hold what they promise with few repetitions.
 *
 * The percentile bootstrap of a median alone does not: with 7 repetitions it takes two identical targets for different ones in
 * 12.5 % of all cases. So an interval is the bootstrap's, widened to the sign test's. A difference is read for several metrics
 * at once, where 5 values cannot exclude 0 at any level beyond 93.75 % by their signs; there it is also widened to Student's
 * interval at the level of the family. Under random order, differences of identical targets are symmetric, and for
 * those Student's test errs less often than it promises, also where tails are heavy (Efron 1969, JASA 64:1278).
 * tests/compare/experiment/statistics.test.ts counts how often all this errs.
 */
export const makeStatistics = (bootstrap: Bootstrap): Statistics => {
  const around = (values: readonly number[], level: number): Interval =>
    hull([bootstrap(values, level), signInterval(values, level)]);
  const estimate = (values: readonly number[], interval: () => Interval): Estimate => {
    const [low, high] = values.length < MIN_REPETITIONS ? [null, null] : interval();
    return { median: median(values), low, high, n: values.length };
  };
  const contrast: Statistics['contrast'] = (differences, family) => {
    const values = differences.map(withoutRounding);
    const level = 1 - (1 - LEVEL) / family;
    return estimate(values, () => hull([around(values, level), studentInterval(values, level)]));
  };
  return {
    describe: (values) => estimate(values, () => around(values, LEVEL)),
    contrast,
    ratio: (ratios, family) => {
      const { low, high } = contrast(ratios.map(Math.log), family);
      const back = (end: number | null): number | null => (end === null ? null : Math.exp(end));
      return { median: median(ratios), low: back(low), high: back(high), n: ratios.length };
    },
  };
};
