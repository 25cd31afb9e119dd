import type { LoggedIn } from './job.ts';
import type { Line } from './plan-sessions.ts';

/** An order that the shop accepted (202). */
export type LedgerOrder = {
  readonly id: string;
  /** Who placed it: where in the ledger's customers. */
  readonly customer: number;
  readonly lines: readonly Line[];
  /** `yes`: the shop said that it is cancelled. `unknown`: asked for, and no answer. */
  cancelled: 'no' | 'yes' | 'unknown';
};

/** An order that was sent and may or may not have been placed: no answer, or a 5xx. */
export type UnknownOrder = { readonly customer: number; readonly lines: readonly Line[] };

/** The same order sent again with the same key, and the id that the shop answered then. */
export type LedgerRepeat = { readonly first: string; readonly second: string };

/** A change of stock. `version` is that of the product after it; null: no answer, so it may or may not have been made. */
export type LedgerEdit = {
  readonly product: number;
  readonly onHand: number;
  readonly version: number | null;
};

/** A photo whose bytes the shop took. */
export type LedgerPhoto = { readonly product: string; readonly id: string };

/**
 * What traffic did to a shop, warm-up included, so that afterwards the shop can be held against it. Plain JSON. It holds
 * passwords and tokens of that shop, so it is no part of any report.
 */
export type Ledger = {
  readonly customers: readonly LoggedIn[];
  readonly orders: readonly LedgerOrder[];
  readonly unknownOrders: readonly UnknownOrder[];
  readonly repeats: readonly LedgerRepeat[];
  readonly edits: readonly LedgerEdit[];
  readonly photos: readonly LedgerPhoto[];
};

/** A ledger that is being written. */
export type OpenLedger = { [Page in keyof Ledger]: Ledger[Page][number][] };

/** An empty ledger, with the customers who were there before. */
export const openLedger = (customers: readonly LoggedIn[]): OpenLedger => ({
  customers: customers.map(({ email, password, token, expiresAt }) => ({
    email,
    password,
    token,
    expiresAt,
  })),
  orders: [],
  unknownOrders: [],
  repeats: [],
  edits: [],
  photos: [],
});
