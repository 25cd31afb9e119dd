import * as z from 'zod';

/** Highest price of one unit, in cents. With 20 lines of 1,000 units the total stays below 2^53. */
export const MAX_PRICE_CENTS = 100_000_000;

/** A unit price in cents, 1 to 100,000,000. */
export const PriceCents = z.int().min(1).max(MAX_PRICE_CENTS);

/** Sum of quantity x unit price over lines, in cents. */
export const totalCents = (lines: readonly { quantity: number; unitPriceCents: number }[]): number =>
  lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
