import type { Clock } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { type EventBus, type OutboxEntry, type OutboxStore, UnreachableError } from './ports.ts';

/** Most entries claimed at a time. */
export const RELAY_BATCH = 50;

/**
 * Life of a claim in ms. A send takes at most 2 s, so a claim that lives 5 s is lost only by a process that died; and
 * an order that waits for two such claims still settles within 30 s. A claim that ends early costs a second delivery,
 * which the inbox drops.
 */
export const LEASE_MS = 5_000;

/** Failed sends before an entry is dead. With the backoff below that is about 3 minutes, and 6.4 at most. */
export const MAX_ATTEMPTS = 20;

/**
 * Most attempts that an unreachable consumer can cost an event. An outage says nothing about the event, so that it must
 * never end among the dead for it: it goes on at the longest backoff, and settles when the consumer is back.
 */
export const MAX_UNREACHABLE = 10;

/** Backoff after the n-th failure (n from 1): full jitter over 0.2 s doubling to 30 s. `random` is in [0, 1). */
export const backoffMs = (attempts: number, random: number): number =>
  Math.round(random * Math.min(30_000, 200 * 2 ** (attempts - 1)));

/** What one run did. `nextDueAt` (ms) tells when to run again; undefined when nothing waits. */
export type RelayResult = {
  readonly sent: number;
  readonly failed: number;
  readonly dead: number;
  readonly nextDueAt: number | undefined;
};

/** Whether work that comes in batches may take on the next: false once its time is out or its process is to stop. */
export type GoOn = () => boolean;

/** Moves events from the outbox to the bus, a batch at a time for as long as `goOn` says. With `ids`, just those entries. */
export type RelayEvents = (options?: {
  readonly ids?: readonly string[];
  readonly goOn?: GoOn;
}) => Promise<RelayResult>;

/**
 * Relays events: claim, send, then mark. A process that dies in between leaves a lease that ends, and another sends
 * the entry again: delivery is at least once, and the consumer's inbox makes the effect exactly once.
 */
export const makeRelayEvents = (deps: {
  outbox: OutboxStore;
  bus: EventBus;
  clock: Clock;
  random: () => number;
  log: Log;
}): RelayEvents => {
  const giveBack = async (entry: OutboxEntry, error: Error): Promise<'failed' | 'dead'> => {
    const away = error instanceof UnreachableError;
    const attempts = away
      ? Math.max(entry.attempts, Math.min(entry.attempts + 1, MAX_UNREACHABLE))
      : entry.attempts + 1;
    const { id, type, subject } = entry.event;
    if (attempts >= MAX_ATTEMPTS) {
      await deps.outbox.bury(id, attempts);
      deps.log.error({ eventId: id, type, orderId: subject, attempts, err: error }, 'event is dead');
      return 'dead';
    }
    await deps.outbox.postpone(id, attempts, deps.clock() + backoffMs(attempts, deps.random()));
    deps.log.warn({ eventId: id, type, orderId: subject, attempts, err: error }, 'event was not delivered');
    return 'failed';
  };

  return async ({ ids, goOn = () => true } = {}) => {
    const total = { sent: 0, failed: 0, dead: 0 };
    /** Relays one batch, of these entries or of any. Returns how many it held. */
    const pass = async (only: { readonly ids?: readonly string[] } = {}): Promise<number> => {
      const claim = { limit: RELAY_BATCH, now: deps.clock(), leaseMs: LEASE_MS, ...only };
      const entries = await deps.outbox.claim(claim);
      if (entries.length === 0) return 0;
      const results = await deps.bus.send(entries.map((entry) => entry.event));
      const delivered = entries.filter((_, index) => results[index] === undefined);
      if (delivered.length > 0) await deps.outbox.markSent(delivered.map((entry) => entry.event.id));
      total.sent += delivered.length;
      for (const [index, entry] of entries.entries()) {
        const error = results[index];
        if (error) total[await giveBack(entry, error)] += 1;
      }
      return entries.length;
    };
    if (ids) {
      for (let n = 0; n < ids.length; n += RELAY_BATCH) await pass({ ids: ids.slice(n, n + RELAY_BATCH) });
    } else while ((await pass()) === RELAY_BATCH && goOn());
    return { ...total, nextDueAt: ids ? undefined : await deps.outbox.nextDueAt() };
  };
};
