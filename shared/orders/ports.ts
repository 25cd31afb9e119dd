import type { DomainEvent } from '../events/event.ts';
import type { InboxEntry } from '../events/ports.ts';
import type { Claimed, IdempotencyRecord } from '../kernel/idempotency.ts';
import type { PageRequest } from '../kernel/page.ts';
import type { OrderReason, OrderState } from './schema.ts';

/** A line of an order; the price (cents) is null until inventory has stamped it. */
export type OrderLine = {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPriceCents: number | null;
};

/** An order as it is stored. Times are ISO 8601 in UTC. */
export type Order = {
  readonly id: string;
  readonly userId: string;
  readonly state: OrderState;
  readonly reason: OrderReason | null;
  readonly lines: readonly OrderLine[];
  readonly placedAt: string;
  readonly updatedAt: string;
  /** How often the sweep has told of this order again. */
  readonly sweeps: number;
};

/** What a transition writes. `sweepAt` (ms) is when the sweep looks at the order next; null once it has settled. */
export type OrderChange = Pick<Order, 'state' | 'reason' | 'lines' | 'updatedAt' | 'sweeps'> & {
  readonly sweepAt: number | null;
};

/** Keeps orders. Every write is one transaction with the events that tell of it. */
export type OrderStore = {
  /** Adds an order, its idempotency record and its events, or nothing when the key is taken. `sweepAt` in ms. */
  readonly place: (
    order: Order,
    sweepAt: number,
    record: IdempotencyRecord,
    events: readonly DomainEvent[],
  ) => Promise<Claimed>;
  readonly find: (id: string) => Promise<Order | undefined>;
  /** At most `limit` orders of a user, newest first: `after` continues towards older ones. */
  readonly list: (userId: string, page: PageRequest) => Promise<readonly Order[]>;
  /**
   * Changes an order that still is in the state and at the sweep count of `seen`. `stale`: it is not, nothing was
   * written. With an inbox entry: `duplicate` when the event was received before, nothing was written.
   */
  readonly change: (
    seen: Order,
    change: OrderChange,
    events: readonly DomainEvent[],
    inbox?: InboxEntry,
  ) => Promise<'done' | 'stale' | 'duplicate'>;
  /** At most `limit` PENDING orders whose `sweepAt` is at or before `now` (ms), the longest due first. */
  readonly dueForSweep: (now: number, limit: number) => Promise<readonly Order[]>;
  /** Forgets event ids received before `before` (ms). */
  readonly forgetInbox: (before: number) => Promise<void>;
};
