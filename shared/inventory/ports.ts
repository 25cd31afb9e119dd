import type { DomainEvent, RejectReason } from '../events/event.ts';
import type { InboxEntry } from '../events/ports.ts';
import type { PhotoView } from '../images/schema.ts';
import type { Claimed, IdempotencyRecord } from '../kernel/idempotency.ts';
import type { PageRequest } from '../kernel/page.ts';

/** A product as it is stored. `held` units are promised to orders; `available` = onHand - held, never below 0. */
export type Product = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly priceCents: number;
  readonly onHand: number;
  readonly held: number;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** What an administrator may edit. */
export type ProductEdit = Pick<Product, 'name' | 'description' | 'priceCents' | 'updatedAt'>;

/** Keeps products. Every change names the version that it was made from. */
export type ProductStore = {
  /** Adds a product together with its idempotency record, or neither when the key is taken. */
  readonly insert: (product: Product, record: IdempotencyRecord) => Promise<Claimed>;
  readonly find: (id: string) => Promise<Product | undefined>;
  /** Those of the named products that exist, in any order. */
  readonly findMany: (ids: readonly string[]) => Promise<readonly Product[]>;
  /** At most `limit` products in order of creation (id). */
  readonly list: (page: PageRequest) => Promise<readonly Product[]>;
  /** Replaces the editable fields; the version goes up by one. */
  readonly update: (
    id: string,
    version: number,
    edit: ProductEdit,
  ) => Promise<Product | 'not-found' | 'stale'>;
  /** Sets the units on hand; the version goes up by one. `below-reserved` when more than that is held. */
  readonly setOnHand: (
    id: string,
    version: number,
    onHand: number,
    updatedAt: string,
  ) => Promise<Product | 'not-found' | 'stale' | 'below-reserved'>;
};

/** A line of a reservation with the price at which it was held, in cents. */
export type ReservedLine = {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
};

/**
 * What became of an order in inventory. HELD: its units are held. REJECTED: nothing is. RELEASED: the units went back,
 * or the order was closed before it came (a tombstone without lines), so that a late order-placed holds nothing.
 */
export type Reservation =
  | { readonly orderId: string; readonly state: 'HELD'; readonly lines: readonly ReservedLine[] }
  | { readonly orderId: string; readonly state: 'REJECTED'; readonly reason: RejectReason }
  | { readonly orderId: string; readonly state: 'RELEASED' };

/**
 * Keeps reservations by order. Every write is one transaction of the inbox entry, the effect and the outbox events;
 * `duplicate` says that the inbox had the event already, and nothing was written.
 */
export type ReservationStore = {
  readonly find: (orderId: string) => Promise<Reservation | undefined>;
  /**
   * Holds all lines and adds the reservation. `exists`: the order has a row. `short`: a product has too few units
   * available, or is gone. Rows are locked in the order of product ids. Lines name each product once.
   */
  readonly hold: (
    inbox: InboxEntry,
    reservation: Extract<Reservation, { state: 'HELD' }>,
    events: readonly DomainEvent[],
  ) => Promise<'done' | 'duplicate' | 'exists' | 'short'>;
  /** Adds a row that holds nothing: a rejection or a tombstone. */
  readonly record: (
    inbox: InboxEntry,
    reservation: Exclude<Reservation, { state: 'HELD' }>,
    events: readonly DomainEvent[],
  ) => Promise<'done' | 'duplicate' | 'exists'>;
  /** HELD becomes RELEASED and the units go back. `stale`: it is not HELD any more. */
  readonly release: (
    inbox: InboxEntry,
    reservation: Extract<Reservation, { state: 'HELD' }>,
  ) => Promise<'done' | 'duplicate' | 'stale'>;
  /** Emits events with no other effect: a stored outcome told again. */
  readonly tellAgain: (inbox: InboxEntry, events: readonly DomainEvent[]) => Promise<'done' | 'duplicate'>;
  /** Forgets event ids received before `before` (ms). */
  readonly forgetInbox: (before: number) => Promise<void>;
};

/** The photos of products, from the images context. A product without photos may be absent from the map. */
export type ProductPhotos = (
  productIds: readonly string[],
) => Promise<ReadonlyMap<string, readonly PhotoView[]>>;
