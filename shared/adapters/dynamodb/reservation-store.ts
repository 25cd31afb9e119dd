import type { Committed } from '../../events/ports.ts';
import type { Reservation, ReservationStore, ReservedLine } from '../../inventory/ports.ts';
import type { DynamoClient } from './client.ts';
import { ABSENT } from './expression.ts';
import { receive } from './inbox.ts';
import { contentOf, keyOf } from './keys.ts';
import { emit } from './outbox-store.ts';
import type { Action } from './transaction.ts';

const add = (reservation: Reservation): Action<'exists'> => ({
  put: { ...keyOf.reservation(reservation.orderId), ...reservation },
  condition: ABSENT,
  refused: 'exists',
});

/** Takes a line's units, if there are enough. The only action whose refusal means that stock is short. */
const take = ({ productId, quantity }: ReservedLine): Action<'short'> => ({
  update: keyOf.product(productId),
  set: 'SET available = available - :quantity, held = held + :quantity',
  condition: 'available >= :quantity',
  values: { quantity },
  refused: 'short',
});

/** Gives a line's units back. Not refused: products are never removed, and these units are held. */
const giveBack = ({ productId, quantity }: ReservedLine): Action<never> => ({
  update: keyOf.product(productId),
  set: 'SET available = available + :quantity, held = held - :quantity',
  condition: 'held >= :quantity',
  values: { quantity },
});

/**
 * Reservations in DynamoDB, each write one TransactWriteItems: with 20 lines 23 actions of at most 100. When several
 * actions are refused, the first one's name is the result, so the inbox comes first and the stock after the row.
 */
export const makeReservationStore = (deps: {
  client: DynamoClient;
  table: string;
  committed?: Committed;
}): ReservationStore => {
  const { client, table, committed } = deps;
  return {
    find: async (orderId) => {
      const item = await client.get(table, keyOf.reservation(orderId));
      return item && contentOf<Reservation>(item);
    },

    hold: async (inbox, reservation, events) => {
      const actions = [receive(inbox), add(reservation), ...reservation.lines.map(take), ...emit(events)];
      const [refused] = await client.transact<'duplicate' | 'exists' | 'short'>(table, actions);
      if (!refused && events.length > 0) committed?.(events);
      return refused ?? 'done';
    },

    record: async (inbox, reservation, events) => {
      const actions = [receive(inbox), add(reservation), ...emit(events)];
      const [refused] = await client.transact<'duplicate' | 'exists'>(table, actions);
      if (!refused && events.length > 0) committed?.(events);
      return refused ?? 'done';
    },

    release: async (inbox, { orderId, lines }) => {
      const release: Action<'stale'> = {
        update: keyOf.reservation(orderId),
        set: 'SET #state = :released REMOVE #lines',
        condition: '#state = :held',
        values: { held: 'HELD', released: 'RELEASED' },
        refused: 'stale',
      };
      const actions = [receive(inbox), release, ...lines.map(giveBack)];
      const [refused] = await client.transact<'duplicate' | 'stale'>(table, actions);
      return refused ?? 'done';
    },

    tellAgain: async (inbox, events) => {
      const [refused] = await client.transact<'duplicate'>(table, [receive(inbox), ...emit(events)]);
      if (!refused && events.length > 0) committed?.(events);
      return refused ?? 'done';
    },

    /** Nothing to do: TTL forgets event ids. */
    forgetInbox: async () => {},
  };
};
