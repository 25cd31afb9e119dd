import type { DomainEvent } from '../../events/event.ts';
import type { OutboxStore } from '../../events/ports.ts';

/** An entry: a lease is a `dueAt` in the future, so one time tells when it may be claimed. */
type Entry = {
  readonly event: DomainEvent;
  readonly attempts: number;
  readonly dueAt: number;
  readonly dead: boolean;
};

/** The entries that the stores of a context write and its outbox store takes out, by event id. */
export type MemoryOutbox = Map<string, Entry>;

/** Writes events into an outbox, due at the time that they carry. */
export const addToOutbox = (outbox: MemoryOutbox | undefined, events: readonly DomainEvent[]): void => {
  for (const event of events) {
    outbox?.set(event.id, { event, attempts: 0, dueAt: Date.parse(event.time), dead: false });
  }
};

/** The outbox in this process's memory, for tests. Give the same `outbox` to the context's stores. */
export const makeOutboxStore = ({ outbox }: { outbox: MemoryOutbox }): OutboxStore => {
  const set = (id: string, change: Partial<Entry>): void => {
    const entry = outbox.get(id);
    if (entry) outbox.set(id, { ...entry, ...change });
  };
  const waiting = (): Entry[] => [...outbox.values()].filter((entry) => !entry.dead);
  return {
    claim: async ({ limit, now, leaseMs, ids }) => {
      const due = waiting()
        .filter(({ dueAt, event }) => dueAt <= now && (ids?.includes(event.id) ?? true))
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit);
      for (const { event } of due) set(event.id, { dueAt: now + leaseMs });
      return due.map(({ event, attempts }) => ({ event, attempts }));
    },
    markSent: async (ids) => {
      for (const id of ids) outbox.delete(id);
    },
    postpone: async (id, attempts, dueAt) => set(id, { attempts, dueAt }),
    bury: async (id, attempts) => set(id, { attempts, dead: true }),
    nextDueAt: async () => {
      const times = waiting().map(({ dueAt }) => dueAt);
      return times.length > 0 ? Math.min(...times) : undefined;
    },
    redrive: async (now) => {
      const dead = [...outbox.values()].filter((entry) => entry.dead);
      for (const { event } of dead) set(event.id, { attempts: 0, dueAt: now, dead: false });
      return dead.length;
    },
    count: async () => ({ waiting: waiting().length, dead: outbox.size - waiting().length }),
  };
};
