import { describe, expect, it } from 'vitest';
import { makeBootstrap, median } from '../../../compare/experiment/bootstrap.ts';
import { makeStatistics } from '../../../compare/experiment/statistics.ts';
import { studentT } from '../../../compare/experiment/student-t.ts';
import type { Estimate } from '../../../compare/results/report-data.ts';
import { makeNoise } from './runs.ts';

const bootstrap = makeBootstrap();
const statistics = makeStatistics(bootstrap);
const differs = ({ low, high }: Estimate): boolean => (low ?? 0) > 0 || (high ?? 0) < 0;

/** Percent of trials in which what is drawn is taken for a difference. */
const alarms = (trials: number, trial: () => boolean): number =>
  (100 * Array.from({ length: trials }, trial).filter(Boolean).length) / trials;

describe('median', () => {
  it('When the number of values is odd or even, then it is the middle one, or the mean of the two in the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
  });
});

describe('studentT', () => {
  it('When it is asked for what tables hold, then it says what they say', () => {
    const table = [
      [0.95, 1, 12.7062],
      [0.95, 2, 4.3027],
      [0.95, 4, 2.7764],
      [0.95, 5, 2.5706],
      [0.95, 9, 2.2622],
      [0.99, 4, 4.6041],
      [0.99, 10, 3.1693],
      [0.99, 30, 2.75],
    ] as const;
    for (const [level, df, t] of table) expect(studentT(level, df)).toBeCloseTo(t, 3);
  });
});

describe('bootstrap', () => {
  it('When 5 values are resampled, then the 95 % interval of the median is their range, as the exact distribution says', () => {
    // The median of a resample of 5 is the least value with a probability of 5.8 %, which is above 2.5 %.
    expect(bootstrap([3, 9, 1, 4, 5], 0.95)).toEqual([1, 9]);
  });

  it('When the level is lower, then the interval is the one of the exact distribution', () => {
    // P(median of a resample of 7 is among the least two) = P(Bin(7, 2/7) > 3) = 10.8 %: above 10 and below 12 %.
    expect(bootstrap([1, 2, 3, 4, 5, 6, 7], 0.8)).toEqual([2, 6]);
    expect(bootstrap([1, 2, 3, 4, 5, 6, 7], 0.76)).toEqual([3, 5]);
  });
});

describe('statistics', () => {
  it('When there are fewer than 5 values, then there is no interval', () => {
    expect(statistics.contrast([1, 2, 3, 4], 1)).toEqual({ median: 2.5, low: null, high: null, n: 4 });
    expect(statistics.describe([1, 2])).toEqual({ median: 1.5, low: null, high: null, n: 2 });
  });

  it('When values are described, then the interval is within their range and repeats itself', () => {
    expect(statistics.describe([5, 1, 3, 2, 4])).toEqual({ median: 3, low: 1, high: 5, n: 5 });
    expect(statistics.describe([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toMatchObject({ low: 2, high: 9 });
  });

  it('When all differences are alike but for little, then 0 is excluded, also in a family of 7', () => {
    const estimate = statistics.contrast([5.1, 4.9, 5, 5.2, 4.8], 7);
    expect(estimate.median).toBe(5);
    expect(estimate.low).toBeGreaterThan(4.6);
    expect(estimate.high).toBeLessThan(5.4);
  });

  it('When one value is far off, then 0 is not excluded', () => {
    expect(differs(statistics.contrast([5.1, 4.9, 5, 5.2, -8], 1))).toBe(false);
  });

  it('When all differences are what rounding left, then 0 is not excluded', () => {
    const rest = 0.1 + 0.2 - 0.3;
    expect(rest).toBeGreaterThan(0);
    expect(differs(statistics.contrast([rest, rest, rest, rest, rest], 1))).toBe(false);
  });

  it('When ratios are contrasted, then the interval is around 1 in the way of ratios', () => {
    const { low, high } = statistics.ratio([2, 0.5, 1, 4, 0.25], 1);
    expect((low ?? 0) * (high ?? 0)).toBeCloseTo(1, 9);
  });

  const { uniform, normal } = makeNoise(11);
  const distributions = {
    normal,
    exponential: () => -Math.log(uniform()),
    'log-normal, very skewed': () => Math.exp(1.5 * normal()),
    'normal with outliers': () => normal() * (uniform() < 0.15 ? 20 : 1),
  };
  for (const [name, draw] of Object.entries(distributions)) {
    for (const n of [5, 7, 10]) {
      const differences = (): number[] => Array.from({ length: n }, () => draw() - draw());
      it(`When two identical targets are ${name} and run ${n} times, then at most 5 % of trials tell them apart`, () => {
        expect(alarms(1_000, () => differs(statistics.contrast(differences(), 1)))).toBeLessThanOrEqual(5);
      });
    }
  }

  const shared = [
    [0, 5],
    [0, 7],
    [0.9, 5],
    [0.9, 7],
  ] as const;
  it.each(shared)(
    'When 7 metrics of two identical targets go together by %s and run %s times, then 5 % of trials tell any apart, or fewer',
    (together, n) => {
      const own = makeNoise(2);
      const trial = (): boolean => {
        const common = Array.from({ length: n }, own.normal);
        return Array.from({ length: 7 }).some(() => {
          const values = common.map(
            (value) => together * value + Math.sqrt(1 - together ** 2) * own.normal(),
          );
          return differs(statistics.contrast(values, 7));
        });
      };
      // Of 1,000 trials at 5 %, so many are within two standard errors.
      expect(alarms(1_000, trial)).toBeLessThanOrEqual(6.4);
    },
  );

  it('When the bootstrap is used alone, then 7 repetitions err in more than 10 % of trials: the reason to widen it', () => {
    const trial = (): boolean => {
      const [low, high] = bootstrap(Array.from({ length: 7 }, normal), 0.95);
      return low > 0 || high < 0;
    };
    expect(alarms(2_000, trial)).toBeGreaterThan(10);
  });

  it('When a target is slower by four times the noise of a difference, then 5 repetitions find it in 19 of 20 trials', () => {
    const trial = (): boolean =>
      (statistics.contrast(
        Array.from({ length: 5 }, () => 4 + normal()),
        7,
      ).low ?? 0) > 0;
    expect(alarms(1_000, trial)).toBeGreaterThanOrEqual(95);
  });
});
