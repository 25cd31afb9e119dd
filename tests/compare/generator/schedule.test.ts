import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arrivals, makeSchedule } from '../../../compare/generator/schedule.ts';

/** Rates that rise, swing, jump, and fall silent. */
const rates = fc.oneof(
  fc
    .double({ min: 0, max: 300, noNaN: true })
    .map((rate) => ({ rateAt: () => rate, area: (s: number) => rate * s })),
  fc
    .double({ min: 0, max: 100, noNaN: true })
    .map((slope) => ({ rateAt: (t: number) => slope * t, area: (s: number) => (slope * s * s) / 2 })),
  fc.double({ min: 1, max: 200, noNaN: true }).map((rate) => ({
    rateAt: (t: number) => rate * (1 + Math.sin(t)),
    area: (s: number) => rate * (s + 1 - Math.cos(s)),
  })),
  fc
    .tuple(fc.double({ min: 0, max: 200, noNaN: true }), fc.integer({ min: 1, max: 4 }))
    .map(([rate, at]) => ({
      rateAt: (t: number) => (t < at ? 0 : rate),
      area: (s: number) => rate * Math.max(0, s - at),
    })),
);
const durations = fc.integer({ min: 1, max: 8 });
const seeds = fc.integer();

const isRising = (moments: Float64Array): boolean =>
  moments.every((one, index) => one >= (moments[index - 1] ?? 0));

/** Kolmogorov and Smirnov's statistic of these values against a distribution, times the root of their number. */
const ksOf = (values: readonly number[], cdf: (value: number) => number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const distances = sorted.map((value, index) =>
    Math.max(Math.abs(cdf(value) - index / n), Math.abs((index + 1) / n - cdf(value))),
  );
  return Math.sqrt(n) * Math.max(...distances);
};

/** The statistic is above this in 1 of 1,000 samples. The seeds are fixed, so the test says the same every time. */
const KS_LIMIT = 1.95;

describe('schedule', () => {
  it('When arrivals are constant, then their number is the integral of the rate', () => {
    fc.assert(
      fc.property(rates, durations, seeds, ({ rateAt, area }, durationSeconds, seed) => {
        const moments = makeSchedule({ arrivals: 'constant', rateAt, durationSeconds, seed });
        expect(Math.abs(moments.length - area(durationSeconds))).toBeLessThan(0.51);
      }),
      { numRuns: 50 },
    );
  });

  it('When arrivals are Poisson, then their number is as far from the integral as chance has it', () => {
    fc.assert(
      fc.property(rates, durations, seeds, ({ rateAt, area }, durationSeconds, seed) => {
        const mean = area(durationSeconds);
        const moments = makeSchedule({ arrivals: 'poisson', rateAt, durationSeconds, seed });
        // Six standard deviations, and what a small mean needs on top.
        expect(Math.abs(moments.length - mean)).toBeLessThan(6 * Math.sqrt(mean) + 6);
      }),
      { numRuns: 50 },
    );
  });

  it('When a schedule is made, then it rises, lies within the duration, and is the same for the same seed', () => {
    fc.assert(
      fc.property(
        rates,
        durations,
        seeds,
        fc.constantFrom<Arrivals>('constant', 'poisson'),
        ({ rateAt }, durationSeconds, seed, arrivals) => {
          const plan = { arrivals, rateAt, durationSeconds, seed };
          const moments = makeSchedule(plan);
          expect(isRising(moments)).toBe(true);
          expect(moments.every((moment) => moment >= 0 && moment < durationSeconds * 1_000)).toBe(true);
          expect(makeSchedule(plan)).toEqual(moments);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('When the seed is another, then Poisson arrivals are others', () => {
    const plan = { arrivals: 'poisson', rateAt: () => 100, durationSeconds: 2 } as const;
    expect(makeSchedule({ ...plan, seed: 1 })).not.toEqual(makeSchedule({ ...plan, seed: 2 }));
  });

  it('When the rate is 1,000 a second, then constant arrivals are 1 ms apart', () => {
    const moments = makeSchedule({ arrivals: 'constant', rateAt: () => 1_000, durationSeconds: 3, seed: 0 });
    expect(moments).toHaveLength(3_000);
    expect(moments.every((moment, index) => Math.abs(moment - index - 0.5) < 1e-6)).toBe(true);
  });

  it.each([1, 2, 3, 4, 5])(
    'When the rate stands still, then Poisson gaps are exponential (seed %i)',
    (seed) => {
      const moments = makeSchedule({ arrivals: 'poisson', rateAt: () => 500, durationSeconds: 20, seed });
      const gaps = [...moments].map((moment, index) => moment - (moments[index - 1] ?? 0));
      expect(ksOf(gaps, (gap) => 1 - Math.exp(-gap / 2))).toBeLessThan(KS_LIMIT);
    },
  );

  it.each([1, 2, 3])('When the rate varies, then Poisson moments follow its integral (seed %i)', (seed) => {
    const rateAt = (t: number): number => 200 * (1 + Math.sin(t)) + (t >= 5 ? 300 : 0);
    const area = (t: number): number => 200 * (t + 1 - Math.cos(t)) + 300 * Math.max(0, t - 5);
    const moments = [...makeSchedule({ arrivals: 'poisson', rateAt, durationSeconds: 10, seed })];
    expect(ksOf(moments, (moment) => area(moment / 1_000) / area(10))).toBeLessThan(KS_LIMIT);
    // The same in the other direction: gaps on the rescaled clock are exponential with mean 1.
    const marks = moments.map((moment) => area(moment / 1_000));
    const gaps = marks.map((mark, index) => mark - (marks[index - 1] ?? 0));
    expect(ksOf(gaps, (gap) => 1 - Math.exp(-gap))).toBeLessThan(KS_LIMIT);
  });

  it('When seeds are neighbours, then their first arrivals are independent: exponential over many seeds', () => {
    const plan = { arrivals: 'poisson', rateAt: () => 500, durationSeconds: 0.2 } as const;
    const firsts = Array.from({ length: 2_000 }, (_, seed) => makeSchedule({ ...plan, seed })[0] ?? 200);
    expect(ksOf(firsts, (gap) => 1 - Math.exp(-gap / 2))).toBeLessThan(KS_LIMIT);
  });

  it('When gaps are not exponential, then the test for it says so', () => {
    const even = Array.from({ length: 10_000 }, () => 2);
    expect(ksOf(even, (gap) => 1 - Math.exp(-gap / 2))).toBeGreaterThan(KS_LIMIT);
  });

  it('When a rate is no number or below 0, then it throws', () => {
    for (const rate of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const plan = { arrivals: 'constant', rateAt: () => rate, durationSeconds: 1, seed: 0 } as const;
      expect(() => makeSchedule(plan)).toThrow(RangeError);
    }
  });
});
