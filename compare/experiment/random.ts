import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random choices that a seed repeats. */
export type Random = {
  /** A whole number from 0 to `below` - 1. */
  readonly below: (below: number) => number;
  /** A copy in random order (Fisher and Yates). */
  readonly shuffle: <T>(items: readonly T[]) => T[];
};

/** @param seed a whole number of 32 bits */
export const makeRandom = (seed: number): Random => {
  const generator = xoroshiro128plus(seed);
  const below = (limit: number): number => uniformInt(generator, 0, limit - 1);
  return {
    below,
    shuffle: (items) => {
      const left = [...items];
      return items.flatMap(() => left.splice(below(left.length), 1));
    },
  };
};
