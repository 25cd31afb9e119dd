import type { TrafficPlan } from './plan-sessions.ts';

/** Base URLs of a shop's services, without a slash at the end; all the same where one gateway stands before them. */
export type ShopUrls = {
  readonly auth: string;
  readonly inventory: string;
  readonly images: string;
  readonly orders: string;
};

/** An account with its password and, from a log-in, an access token. */
export type LoggedIn = {
  readonly email: string;
  readonly password: string;
  readonly token: string;
  /** When the token expires, ms since the epoch. */
  readonly expiresAt: number;
};

/** A customer; `newest` is the last order from before the run, if there is one. */
export type PreparedCustomer = LoggedIn & { readonly newest: string | null };

/** A product as it was before the run. */
export type PreparedProduct = {
  readonly id: string;
  readonly onHand: number;
  readonly held: number;
  readonly version: number;
};

/**
 * What was made ready in a shop before a run: plain JSON. It holds passwords and tokens of that shop, so it is no part of
 * any report.
 */
export type Prepared = {
  /** Text that no other run uses: it is part of keys and addresses. */
  readonly unique: string;
  readonly administrator: LoggedIn;
  readonly customers: readonly PreparedCustomer[];
  /** The catalogue by rank, the most popular first. */
  readonly products: readonly PreparedProduct[];
  /** Ids of the products to which photos are uploaded. */
  readonly pictured: readonly string[];
  /** Cursors of the pages of the shop's listing; null is the first one. */
  readonly pages: readonly (string | null)[];
  /** What is uploaded: a JPEG in base64. */
  readonly photo: string;
};

/** All that the traffic of one run needs, as plain JSON: it goes to the process of the generator. */
export type ShopJob = TrafficPlan & {
  readonly kind: 'shop';
  readonly urls: ShopUrls;
  readonly prepared: Prepared;
};
