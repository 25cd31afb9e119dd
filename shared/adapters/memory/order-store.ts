import type { Committed } from '../../events/ports.ts';
import type { Order, OrderStore } from '../../orders/ports.ts';
import { claimKey, type MemoryRecords } from './idempotency.ts';
import { addToInbox, forgetBefore, type MemoryInbox } from './inbox.ts';
import { addToOutbox, type MemoryOutbox } from './outbox-store.ts';

type Row = { readonly order: Order; readonly sweepAt: number | null };

/** Greater than every UUID. */
const AFTER_ALL = 'g';

const newestFirst = (a: Order, b: Order): number => (a.id < b.id ? 1 : -1);

/** Orders in this process's memory, for tests. */
export const makeOrderStore = (deps: { outbox?: MemoryOutbox; committed?: Committed } = {}): OrderStore => {
  const rows = new Map<string, Row>();
  const records: MemoryRecords = new Map();
  const inbox: MemoryInbox = new Map();
  return {
    place: async (order, sweepAt, record, events) => {
      const claimed = claimKey(records, record, () => {
        rows.set(order.id, { order, sweepAt });
        addToOutbox(deps.outbox, events);
      });
      if (claimed.kind === 'created' && events.length > 0) deps.committed?.(events);
      return claimed;
    },
    find: async (id) => rows.get(id)?.order,
    list: async (userId, { limit, after = AFTER_ALL }) =>
      [...rows.values()]
        .map(({ order }) => order)
        .filter((order) => order.userId === userId && order.id < after)
        .sort(newestFirst)
        .slice(0, limit),
    change: async (seen, { sweepAt, ...change }, events, entry) => {
      if (entry && inbox.has(entry.eventId)) return 'duplicate';
      const order = rows.get(seen.id)?.order;
      if (order?.state !== seen.state || order.sweeps !== seen.sweeps) return 'stale';
      rows.set(seen.id, { order: { ...order, ...change }, sweepAt });
      if (entry) addToInbox(inbox, entry);
      addToOutbox(deps.outbox, events);
      if (events.length > 0) deps.committed?.(events);
      return 'done';
    },
    dueForSweep: async (now, limit) =>
      [...rows.values()]
        .flatMap(({ order, sweepAt }) =>
          order.state === 'PENDING' && sweepAt !== null && sweepAt <= now ? [{ order, sweepAt }] : [],
        )
        .sort((a, b) => a.sweepAt - b.sweepAt)
        .slice(0, limit)
        .map(({ order }) => order),
    forgetInbox: async (before) => forgetBefore(inbox, before),
  };
};
