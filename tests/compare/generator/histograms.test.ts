import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  curveOf,
  histogramOf,
  makeDurations,
  mergeDistributions,
} from '../../../compare/generator/histograms.ts';
import { Distribution } from '../../../compare/results/run-record.ts';

const distributionOf = (values: readonly number[]): Distribution => {
  const durations = makeDurations();
  for (const value of values) durations.record(value);
  return durations.distribution();
};

const manyMs = fc.array(fc.double({ min: 0.01, max: 20_000, noNaN: true }), { minLength: 1, maxLength: 300 });

const POINTS = [
  ['p50', 0.5],
  ['p75', 0.75],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
  ['max', 1],
] as const;

/** Within 0.1 % and the µs to which durations are rounded. */
const isNear = (value: number, exact: number): boolean => Math.abs(value - exact) <= exact * 0.001 + 0.001;

describe('histograms', () => {
  it('When values are recorded, then each percentile is within 0.1 % of the exact one', () => {
    fc.assert(
      fc.property(manyMs, (values) => {
        const distribution = Distribution.parse(distributionOf(values));
        const sorted = values.toSorted((a, b) => a - b);
        for (const [name, share] of POINTS) {
          const exact = sorted[Math.max(0, Math.ceil(sorted.length * share - 1e-9) - 1)] ?? Number.NaN;
          expect([name, isNear(distribution[name], exact)]).toEqual([name, true]);
        }
        expect(isNear(distribution.min, sorted[0] ?? Number.NaN)).toBe(true);
        expect(isNear(distribution.mean, values.reduce((sum, value) => sum + value, 0) / values.length)).toBe(
          true,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('When distributions are merged, then the result is that of all their values', () => {
    fc.assert(
      fc.property(fc.array(manyMs, { minLength: 1, maxLength: 4 }), (runs) => {
        expect(mergeDistributions(runs.map(distributionOf))).toEqual(distributionOf(runs.flat()));
      }),
      { numRuns: 30 },
    );
  });

  it('When a distribution is read back, then its histogram has what was recorded', () => {
    const histogram = histogramOf(distributionOf([1, 2, 3, 1_000]));
    expect(histogram.totalCount).toBe(4);
    expect(histogram.getValueAtPercentile(50)).toBe(2_000);
  });

  it('When nothing was recorded, then everything is 0 and the curve is empty', () => {
    const empty = Distribution.parse(distributionOf([]));
    expect([empty.count, empty.mean, empty.min, empty.max, empty.p99]).toEqual([0, 0, 0, 0, 0]);
    expect(curveOf(empty)).toEqual([]);
    expect(mergeDistributions([empty, distributionOf([7])]).count).toBe(1);
    expect(mergeDistributions([]).count).toBe(0);
  });

  it('When a duration is negative by rounding or longer than an hour, then it is 0 or an hour', () => {
    const { min, max } = distributionOf([-0.01, 5_000_000]);
    expect(min).toBe(0);
    expect(Math.abs(max - 3_600_000)).toBeLessThan(3_600);
  });

  it('When a curve is asked for, then it rises and leaves out what too few values carry', () => {
    const curve = curveOf(
      distributionOf(Array.from({ length: 200 }, (_, index) => index + 1)),
      [50, 99, 99.9, 100],
    );
    expect(curve.map(({ percentile }) => percentile)).toEqual([50, 99, 100]);
    expect(curve.map(({ ms }) => Math.round(ms))).toEqual([100, 198, 200]);
  });
});
