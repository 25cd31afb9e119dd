import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that always falls the same way for the same seed. */
export type Draw = {
  /** From 0 to below 1. */
  readonly part: () => number;
  /** A whole number from 0 to below `below`. */
  readonly below: (below: number) => number;
  /** An exponential time with this mean, cut at so many means. */
  readonly exponential: (mean: number, longest: number) => number;
};

/** Spreads neighbouring numbers over all 32 bits (the finaliser of MurmurHash3): neighbouring seeds give alike numbers otherwise. */
const spread = (value: number): number => {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
};

/** The seed of the `index`th of several independent parts of what a seed decides. */
export const partSeed = (seed: number, index: number): number => spread(spread(seed) + index);

/** Chance from a seed. */
export const makeDraw = (seed: number): Draw => {
  const random = xoroshiro128plus(spread(seed));
  const part = (): number => uniformFloat64(random);
  return {
    part,
    below: (below) => Math.floor(part() * below),
    exponential: (mean, longest) => Math.min(-Math.log(1 - part()), longest) * mean,
  };
};

/** Chooses by weight: returns where in `weights` a part from 0 to below 1 falls. */
export const makeChoice = (weights: readonly number[]): ((part: number) => number) => {
  let sum = 0;
  const ends = Float64Array.from(weights, (weight) => {
    sum += weight;
    return sum;
  });
  return (part) => {
    const sought = part * sum;
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) > sought) high = middle;
      else low = middle + 1;
    }
    return low;
  };
};

/** Weights of Zipf's law: of the rank n (from 1), n to the minus `exponent`. */
export const zipfWeights = (count: number, exponent: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => (index + 1) ** -exponent);
