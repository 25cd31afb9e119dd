import type { Committed } from '../../events/ports.ts';
import type { Order, OrderStore } from '../../orders/ports.ts';
import type { DynamoClient, StoredItem } from './client.ts';
import { due, dueKeys } from './due.ts';
import { claimKey } from './idempotency.ts';
import { receive } from './inbox.ts';
import { contentOf, keyOf } from './keys.ts';
import { emit } from './outbox-store.ts';
import type { Action } from './transaction.ts';

type Stored = Order & { readonly sweepAt: number | null };

const itemOf = (stored: Stored) => ({
  ...keyOf.order(stored.id),
  ...stored,
  ...(stored.sweepAt !== null && dueKeys('PENDING-ORDERS', stored.id, stored.sweepAt)),
});

const orderOf = ({ sweepAt, ...order }: Stored): Order => order;

/**
 * Orders in DynamoDB, each write one TransactWriteItems with its events. An order is in the sweep's queue for as long as
 * it has a time for it.
 */
export const makeOrderStore = (deps: {
  client: DynamoClient;
  table: string;
  committed?: Committed;
}): OrderStore => {
  const { client, table, committed } = deps;
  const findMany = async (ids: readonly string[]): Promise<readonly StoredItem[]> =>
    client.batchGet(table, ids.map(keyOf.order));

  return {
    place: async (order, sweepAt, record, events) => {
      const claimed = await claimKey(client, table, record, [
        { put: itemOf({ ...order, sweepAt }) },
        { put: keyOf.orderOf(order.userId, order.id) },
        ...emit(events),
      ]);
      if (claimed.kind === 'created' && events.length > 0) committed?.(events);
      return claimed;
    },

    find: async (id) => {
      const item = await client.get(table, keyOf.order(id));
      return item && orderOf(contentOf<Stored>(item));
    },

    list: async (userId, { limit, after }) => {
      const { pk } = keyOf.orderOf(userId, '');
      const where = after === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :after';
      const places = await client.query(table, { where, values: { pk, after }, limit, descending: true });
      const items = await findMany(places.map(({ sk }) => String(sk)));
      return items.map((item) => orderOf(contentOf<Stored>(item)));
    },

    change: async (seen, change, events, inbox) => {
      const replace: Action<'stale'> = {
        put: itemOf({ ...seen, ...change }),
        condition: '#state = :state AND sweeps = :sweeps',
        values: { state: seen.state, sweeps: seen.sweeps },
        refused: 'stale',
      };
      const actions = [...(inbox ? [receive(inbox)] : []), replace, ...emit(events)];
      const [refused] = await client.transact<'duplicate' | 'stale'>(table, actions);
      if (!refused && events.length > 0) committed?.(events);
      return refused ?? 'done';
    },

    dueForSweep: async (now, limit) => {
      const candidates = await due(client, table, 'PENDING-ORDERS', { until: now, limit });
      const items = await client.batchGet(
        table,
        candidates.map(({ key }) => key),
      );
      return items
        .map((item) => contentOf<Stored>(item))
        .filter(({ state, sweepAt }) => state === 'PENDING' && sweepAt !== null && sweepAt <= now)
        .map(orderOf);
    },

    /** Nothing to do: TTL forgets event ids. */
    forgetInbox: async () => {},
  };
};
