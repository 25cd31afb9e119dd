/** Upper bounds of a histogram of durations, in ms. */
const BOUNDS_MS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];
/** How many of the last durations are kept, and how far back the median looks, in ms. */
const KEPT = 256;
const RECENT_MS = 10_000;

/** Takes durations in ms and tells of them; its memory does not grow. */
export const makeDurations = (now: () => number) => {
  const counts: number[] = Array(BOUNDS_MS.length + 1).fill(0);
  const values = new Float64Array(KEPT);
  const times = new Float64Array(KEPT).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  let sumMs = 0;

  return {
    add: (ms: number): void => {
      let bucket = 0;
      while (bucket < BOUNDS_MS.length && ms > (BOUNDS_MS[bucket] ?? 0)) bucket += 1;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      sumMs += ms;
      values[next] = ms;
      times[next] = now();
      next = (next + 1) % KEPT;
    },
    /** Middle of the last durations, if there were any in the last 10 s. */
    median: (): number | undefined => {
      const since = now() - RECENT_MS;
      const recent = values.filter((_, i) => (times[i] ?? 0) >= since).sort();
      return recent[recent.length >> 1];
    },
    /** How many were at most as long as each bound and longer than the one before; the last count has no bound. */
    distribution: () => ({ bounds: BOUNDS_MS, counts, sumMs }),
  };
};
