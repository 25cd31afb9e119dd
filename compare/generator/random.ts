import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** So many draws until the state has no more to do with how it was filled. */
const DISCARDED = 64;

/**
 * Numbers from 0 (included) to 1 (excluded), always the same for a seed (a whole number). The first draws are thrown away:
 * the generator fills its state with the seed as it is, so that for any small seed the very first number is almost 1.
 */
export const makeRandom = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  for (let draw = 0; draw < DISCARDED; draw += 1) uniformFloat64(generator);
  return () => uniformFloat64(generator);
};
