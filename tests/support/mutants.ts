import { randomUUID } from 'node:crypto';
import type { Replaced } from './in-process.ts';

/** A stack that is broken on purpose in one place, and what the contract must find wrong with it. */
export type Mutant = {
  readonly name: string;
  readonly replaced: Replaced;
  /** Titles of rules that must fail, or parts of them. */
  readonly caughtBy: readonly RegExp[];
};

/** Three faults of the kind that reviews miss: one guard is gone, everything else works. */
export const mutants: readonly Mutant[] = [
  {
    name: 'an order is not remembered under its Idempotency-Key',
    replaced: {
      orders: (store) => ({
        ...store,
        place: (order, sweepAt, record, events) =>
          store.place(order, sweepAt, { ...record, key: randomUUID() }, events),
      }),
    },
    caughtBy: [/POST \/orders is repeated/, /customer has one order/],
  },
  {
    name: 'a rejected order can be cancelled',
    replaced: {
      cancelled: (store) => ({
        ...store,
        find: async (id) => {
          const order = await store.find(id);
          return order?.state === 'REJECTED' ? { ...order, state: 'PENDING' } : order;
        },
        change: async (seen, ...rest) => store.change((await store.find(seen.id)) ?? seen, ...rest),
      }),
    },
    caughtBy: [/REJECTED order is cancelled/],
  },
  {
    name: 'units that are held are sold again',
    replaced: {
      products: (store) => ({
        ...store,
        findMany: async (ids) => (await store.findMany(ids)).map((product) => ({ ...product, held: 0 })),
      }),
      reservations: (store, shelf) => ({
        ...store,
        hold: (inbox, reservation, events) => {
          const before = reservation.lines.flatMap(({ productId }) => shelf.get(productId) ?? []);
          // The check of the store itself is made to see an empty account of what is held.
          for (const product of before) shelf.set(product.id, { ...product, held: 0 });
          const held = store.hold(inbox, reservation, events);
          for (const { id, held: already } of before) {
            const product = shelf.get(id);
            if (product) shelf.set(id, { ...product, held: product.held + already });
          }
          return held;
        },
      }),
    },
    caughtBy: [/more is ordered at once than there is/],
  },
];
