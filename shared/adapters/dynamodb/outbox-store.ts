import { randomUUID } from 'node:crypto';
import type { DomainEvent } from '../../events/event.ts';
import type { OutboxEntry, OutboxStore } from '../../events/ports.ts';
import type { DynamoClient } from './client.ts';
import { due, dueKeys, NEVER, type Queue } from './due.ts';
import { type Key, PRESENT } from './expression.ts';
import { keyOf } from './keys.ts';
import type { Action } from './transaction.ts';

/** The actions that write events into the outbox, due at the time that they carry. */
export const emit = (events: readonly DomainEvent[]): Action<never>[] =>
  events.map((event) => {
    const dueAt = Date.parse(event.time);
    const keys = { ...keyOf.event(event.id), ...dueKeys('EVENTS', event.id, dueAt) };
    return { put: { ...keys, id: event.id, event, attempts: 0, dueAt } };
  });

const eventIdOf = ({ pk }: Key): string => pk.slice('EVENT#'.length);

/**
 * The outbox in DynamoDB. `dueAt` tells when an entry may be claimed, so a lease is a `dueAt` in the future. Candidates
 * come from the index, which may lag; a claim is an update of the entry itself that asks for its `dueAt`. So a lag
 * delays an entry to the next run and never gives it to two. With `ids` the index is not looked at.
 */
export const makeOutboxStore = ({ client, table }: { client: DynamoClient; table: string }): OutboxStore => {
  const move = async (key: Key, queue: Queue, attempts: number, dueAt: number): Promise<void> => {
    const keys = dueKeys(queue, eventIdOf(key), dueAt);
    // An entry that was delivered meanwhile, by a run whose lease had ended, stays removed.
    await client.update(table, {
      key,
      set: 'SET attempts = :attempts, dueAt = :dueAt, gsi1pk = :gsi1pk, gsi1sk = :gsi1sk',
      condition: PRESENT,
      values: { attempts, dueAt, ...keys },
    });
  };

  const lease = async (key: Key, now: number, until: number, run: string): Promise<OutboxEntry[]> => {
    const result = await client.update(table, {
      key,
      set: 'SET dueAt = :until, leasedBy = :run, gsi1pk = :gsi1pk, gsi1sk = :gsi1sk',
      condition: 'dueAt <= :now',
      values: { now, until, run, ...dueKeys('EVENTS', eventIdOf(key), until) },
    });
    // Refused, but leased by this very run: its first answer was lost.
    const mine = result.kind === 'updated' || result.item?.['leasedBy'] === run;
    const { item } = result;
    return mine && item
      ? [{ event: item['event'] as unknown as DomainEvent, attempts: Number(item['attempts']) }]
      : [];
  };

  return {
    claim: async ({ limit, now, leaseMs, ids }) => {
      const run = randomUUID();
      const keys = ids
        ? ids.map(keyOf.event)
        : (await due(client, table, 'EVENTS', { until: now, limit: 2 * limit })).map(({ key }) => key);
      const claimed: OutboxEntry[] = [];
      // Twice as many candidates as wanted: the rest stand in for those that other runs have taken.
      for (let rest = keys; rest.length > 0 && claimed.length < limit; ) {
        const some = rest.slice(0, limit - claimed.length);
        const entries = await Promise.all(some.map((key) => lease(key, now, now + leaseMs, run)));
        claimed.push(...entries.flat());
        rest = rest.slice(some.length);
      }
      return claimed;
    },

    markSent: (ids) => client.remove(table, ids.map(keyOf.event)),
    postpone: (id, attempts, dueAt) => move(keyOf.event(id), 'EVENTS', attempts, dueAt),
    bury: (id, attempts) => move(keyOf.event(id), 'DEAD-EVENTS', attempts, NEVER),
    nextDueAt: async () => (await due(client, table, 'EVENTS', { limit: 1 }))[0]?.at,

    redrive: async (now) => {
      const dead = await due(client, table, 'DEAD-EVENTS');
      await Promise.all(dead.map(({ key }) => move(key, 'EVENTS', 0, now)));
      return dead.length;
    },

    count: async () => {
      const sizeOf = async (queue: Queue): Promise<number> => (await due(client, table, queue)).length;
      const [waiting, dead] = await Promise.all([sizeOf('EVENTS'), sizeOf('DEAD-EVENTS')]);
      return { waiting, dead };
    },
  };
};
