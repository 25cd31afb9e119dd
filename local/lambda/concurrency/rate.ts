/** So much per time. `take` says whether one more is allowed now, and counts it if so. */
export type Rate = { readonly take: () => boolean };

/** What adding up fractions may lack of a whole one. */
const ROUNDING = 1e-9;

/**
 * Allows `amount` per `perMs` milliseconds: all of them at once, and refilled continuously; what is not used is not saved.
 *
 * @param now a clock in ms
 */
export const makeRate = (amount: number, perMs: number, now: () => number): Rate => {
  let left = amount;
  let at = now();
  return {
    take: () => {
      const time = now();
      if (time > at) left = Math.min(amount, left + ((time - at) * amount) / perMs);
      at = time;
      if (left + ROUNDING < 1) return false;
      left -= 1;
      return true;
    },
  };
};
