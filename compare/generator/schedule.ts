import { makeRandom } from './random.ts';

/** `constant`: evenly spaced. `poisson`: independent arrivals, as of many people who know nothing of each other. */
export type Arrivals = 'constant' | 'poisson';

/** What a schedule is made from; the same plan always gives the same schedule. */
export type SchedulePlan = {
  readonly arrivals: Arrivals;
  /** Arrivals per second at so many seconds after the start. */
  readonly rateAt: (seconds: number) => number;
  readonly durationSeconds: number;
  /** Decides the moments of `poisson`; `constant` has no chance in it. */
  readonly seed: number;
};

/** The rate is taken as constant for so long, in s: a shape that jumps at a whole ms is integrated without error. */
const CELL_SECONDS = 0.001;

/** Endless, rising amounts of expected arrivals at which one arrives. */
type Marks = () => number;

/** In the middle of equal areas under the rate, so that their number is the integral, rounded. */
const evenMarks = (): Marks => {
  let next = -0.5;
  return () => ++next;
};

/** A Poisson process of rate 1: its gaps are exponential with mean 1. */
const poissonMarks = (seed: number): Marks => {
  const random = makeRandom(seed);
  let next = 0;
  return () => {
    next -= Math.log(1 - random());
    return next;
  };
};

/**
 * Fixes up front when requests arrive. Poisson with a varying rate is made by time-rescaling, which is exact: arrivals of a
 * process of rate 1, put where the integral of the rate reaches them (Cinlar, Introduction to Stochastic Processes, 4.7).
 *
 * @returns moments in ms after the start, rising, each below the duration
 * @throws RangeError when a rate is negative or no number
 */
export const makeSchedule = ({ arrivals, rateAt, durationSeconds, seed }: SchedulePlan): Float64Array => {
  const marks = arrivals === 'constant' ? evenMarks() : poissonMarks(seed);
  const moments: number[] = [];
  let mark = marks();
  let reached = 0;
  for (let cell = 0; cell * CELL_SECONDS < durationSeconds; cell += 1) {
    const from = cell * CELL_SECONDS;
    const width = Math.min(CELL_SECONDS, durationSeconds - from);
    const rate = rateAt(from + width / 2);
    if (!(rate >= 0 && rate < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`the rate at ${from} s is ${rate}`);
    }
    const end = reached + rate * width;
    for (; mark < end; mark = marks()) moments.push((from + (mark - reached) / rate) * 1_000);
    reached = end;
  }
  return Float64Array.from(moments);
};
