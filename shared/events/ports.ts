import type { DomainEvent } from './event.ts';

/** An event that waits in the outbox. `attempts` counts the sends that failed so far. */
export type OutboxEntry = { readonly event: DomainEvent; readonly attempts: number };

/**
 * The outbox of one context. Entries are written by the context's stores, in the transaction of the effect that they
 * tell of; this port only takes them out.
 */
export type OutboxStore = {
  /**
   * Claims at most `limit` entries that are due at `now` (ms) and leased by nobody, for `leaseMs`. Two claimers never
   * get the same entry. With `ids`, only those entries are looked at: the ones that were just written.
   */
  readonly claim: (options: {
    readonly limit: number;
    readonly now: number;
    readonly leaseMs: number;
    readonly ids?: readonly string[];
  }) => Promise<readonly OutboxEntry[]>;
  /** Removes what was delivered. */
  readonly markSent: (ids: readonly string[]) => Promise<void>;
  /** Ends the lease of one entry whose send failed; it is due again at `dueAt` (ms), its attempts counted. */
  readonly postpone: (id: string, attempts: number, dueAt: number) => Promise<void>;
  /** Puts one entry aside as dead: it is not sent again until it is redriven. */
  readonly bury: (id: string, attempts: number) => Promise<void>;
  /** When the next entry falls due or its lease ends, in ms; undefined when nothing waits. Dead entries do not count. */
  readonly nextDueAt: () => Promise<number | undefined>;
  /** Makes every dead entry due at `now` again, its attempts forgotten. Returns how many there were. */
  readonly redrive: (now: number) => Promise<number>;
  /** How many entries wait, and how many are dead. */
  readonly count: () => Promise<{ readonly waiting: number; readonly dead: number }>;
};

/** The consumer could not be reached at all: it has not seen the event, so the event cannot be what is wrong. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Delivers events to their consumers. */
export type EventBus = {
  /**
   * Sends a batch. Returns one result an event, in order: undefined when the consumer (or its queue) has it for good,
   * else what went wrong: an UnreachableError when nobody was there to take it. Never throws for a single event's failure.
   */
  readonly send: (events: readonly DomainEvent[]) => Promise<readonly (Error | undefined)[]>;
};

/** Called by a store after a commit with the events that it wrote, so that they are relayed at once. */
export type Committed = (events: readonly DomainEvent[]) => void;

/** The inbox entry that a consumer's store writes in the same transaction as the effect. */
export type InboxEntry = { readonly eventId: string; readonly receivedAt: number };

/** How long an event id is remembered, in ms: a day more than the longest a queue keeps a message (14 days). */
export const INBOX_MS = 15 * 24 * 3600 * 1000;
