/** Tries a sequence; returns what went wrong with it, or undefined when all went well. */
export type Try<T> = (items: readonly T[]) => Promise<Error | undefined>;

/** A failing sequence and what is wrong with it. */
export type Failing<T> = { readonly items: readonly T[]; readonly error: Error };

const without = <T>(items: readonly T[], from: number, count: number): T[] => [
  ...items.slice(0, from),
  ...items.slice(from + count),
];

/**
 * Takes away from a failing sequence whatever is not needed for it to fail: ever smaller pieces, down to single items
 * (Zeller's delta debugging). Ends early at the deadline (ms since the epoch), with what it has by then.
 */
export const reduce = async <T>(
  found: Failing<T>,
  attempt: Try<T>,
  deadline: number,
): Promise<Failing<T>> => {
  let best = found;
  for (let piece = Math.ceil(best.items.length / 2); piece >= 1; ) {
    let isSmaller = false;
    // From the end: what comes after the failing step goes first.
    for (let from = best.items.length - piece; from > -piece; from -= piece) {
      if (Date.now() > deadline) return best;
      const items = without(best.items, Math.max(0, from), Math.min(piece, piece + from));
      const error = items.length > 0 ? await attempt(items) : undefined;
      if (!error) continue;
      best = { items, error };
      isSmaller = true;
    }
    if (piece === 1 && !isSmaller) return best;
    piece = isSmaller ? Math.min(piece, best.items.length) : Math.floor(piece / 2);
  }
  return best;
};
