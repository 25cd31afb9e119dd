/** Requests in flight, with the moment at which each is given up. */
export type Deadlines = {
  /** @returns takes it out again */
  readonly add: (moment: number, expire: () => void) => () => void;
  /** The earliest moment; Infinity when there is none. */
  readonly next: () => number;
  /** Gives up those whose moment has come. */
  readonly expire: (now: number) => void;
};

/**
 * Makes one. All requests have the same time, so they end in the order they were added: a set, which keeps that order, has
 * the next one in front, and no request costs a timer of its own.
 */
export const makeDeadlines = (): Deadlines => {
  const waiting = new Set<{ readonly moment: number; readonly expire: () => void }>();
  const first = () => {
    for (const one of waiting) return one;
    return undefined;
  };
  return {
    add: (moment, expire) => {
      const one = { moment, expire };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
    next: () => first()?.moment ?? Number.POSITIVE_INFINITY,
    expire: (now) => {
      for (const one of waiting) {
        if (one.moment > now) return;
        waiting.delete(one);
        one.expire();
      }
    },
  };
};
