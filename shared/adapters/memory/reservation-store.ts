import type { DomainEvent } from '../../events/event.ts';
import type { Committed, InboxEntry } from '../../events/ports.ts';
import type { Reservation, ReservationStore, ReservedLine } from '../../inventory/ports.ts';
import { addToInbox, forgetBefore, type MemoryInbox } from './inbox.ts';
import { addToOutbox, type MemoryOutbox } from './outbox-store.ts';
import type { MemoryProducts } from './product-store.ts';

/** Reservations in this process's memory, for tests. `products` is the map of the product store. */
export const makeReservationStore = (deps: {
  products: MemoryProducts;
  outbox?: MemoryOutbox;
  committed?: Committed;
}): ReservationStore => {
  const reservations = new Map<string, Reservation>();
  const inbox: MemoryInbox = new Map();

  const isAvailable = ({ productId, quantity }: ReservedLine): boolean => {
    const product = deps.products.get(productId);
    return product !== undefined && product.onHand - product.held >= quantity;
  };
  const move = (lines: readonly ReservedLine[], sign: 1 | -1): void => {
    for (const { productId, quantity } of lines) {
      const product = deps.products.get(productId);
      if (product) deps.products.set(productId, { ...product, held: product.held + sign * quantity });
    }
  };
  const commit = (entry: InboxEntry, events: readonly DomainEvent[], reservation?: Reservation): 'done' => {
    addToInbox(inbox, entry);
    if (reservation) reservations.set(reservation.orderId, reservation);
    addToOutbox(deps.outbox, events);
    if (events.length > 0) deps.committed?.(events);
    return 'done';
  };

  return {
    find: async (orderId) => reservations.get(orderId),
    hold: async (entry, reservation, events) => {
      if (inbox.has(entry.eventId)) return 'duplicate';
      if (reservations.has(reservation.orderId)) return 'exists';
      if (!reservation.lines.every(isAvailable)) return 'short';
      move(reservation.lines, 1);
      return commit(entry, events, reservation);
    },
    record: async (entry, reservation, events) => {
      if (inbox.has(entry.eventId)) return 'duplicate';
      if (reservations.has(reservation.orderId)) return 'exists';
      return commit(entry, events, reservation);
    },
    release: async (entry, { orderId, lines }) => {
      if (inbox.has(entry.eventId)) return 'duplicate';
      if (reservations.get(orderId)?.state !== 'HELD') return 'stale';
      move(lines, -1);
      return commit(entry, [], { orderId, state: 'RELEASED' });
    },
    tellAgain: async (entry, events) => (inbox.has(entry.eventId) ? 'duplicate' : commit(entry, events)),
    forgetInbox: async (before) => forgetBefore(inbox, before),
  };
};
