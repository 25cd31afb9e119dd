import { makeRandom } from './random.ts';

/** The middle of some numbers, or the mean of the two in the middle. NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
};

/** The ends of an interval. */
export type Interval = readonly [low: number, high: number];

/** The percentile interval of the median, by resampling. */
export type Bootstrap = (values: readonly number[], level: number) => Interval;

/** The two middle ranks of a resample (the same one twice when its size is odd), and how many resamples have them. */
type Middle = { readonly low: number; readonly high: number; count: number };

/**
 * A bootstrap with a seed of its own. Which ranks are drawn depends on the number of values only, and a resample's median on its
 * middle ranks only: so all resamples are drawn once for each number of values and kept as counts of their middle ranks.
 *
 * @param resamples 10,000 leave an error of about 0.2 % in the probability of a tail of 2.5 %
 */
export const makeBootstrap = ({ seed = 1, resamples = 10_000 } = {}): Bootstrap => {
  const known = new Map<number, readonly Middle[]>();
  const draw = (n: number): readonly Middle[] => {
    const random = makeRandom(seed);
    const middles = new Map<number, Middle>();
    const ranks = new Float64Array(n);
    for (let resample = 0; resample < resamples; resample += 1) {
      for (let index = 0; index < n; index += 1) ranks[index] = random.below(n);
      ranks.sort();
      const [low, high] = [ranks[(n - 1) >> 1] ?? 0, ranks[n >> 1] ?? 0];
      const middle = middles.get(low * n + high) ?? { low, high, count: 0 };
      middle.count += 1;
      middles.set(low * n + high, middle);
    }
    return [...middles.values()];
  };
  return (values, level) => {
    const middles = known.get(values.length) ?? draw(values.length);
    known.set(values.length, middles);
    const sorted = values.toSorted((a, b) => a - b);
    const medians = middles
      .map(({ low, high, count }) => ({ at: ((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2, count }))
      .sort((a, b) => a.at - b.at);
    const tail = ((1 - level) / 2) * resamples;
    return [edgeOf(medians, tail), edgeOf(medians.reverse(), tail)];
  };
};

/** The first value that has more than `tail` resamples up to and with it. */
const edgeOf = (
  medians: readonly { readonly at: number; readonly count: number }[],
  tail: number,
): number => {
  let passed = 0;
  for (const { at, count } of medians) {
    passed += count;
    if (passed > tail) return at;
  }
  return Number.NaN;
};
