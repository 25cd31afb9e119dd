import { type DomainEvent, envelopeOf, type OrderPlaced, type RejectReason } from '../events/event.ts';
import type { InboxEntry } from '../events/ports.ts';
import { DomainError } from '../kernel/errors.ts';
import type { Clock, NewId } from '../kernel/ids.ts';
import type { Product, ProductStore, Reservation, ReservationStore } from './ports.ts';

/** Holds the units of a placed order, all lines or none, and tells the outcome. */
export type ReserveStock = (event: OrderPlaced) => Promise<void>;

/** How often the decision is made anew when others change the same rows meanwhile. */
const MAX_TRIES = 10;

/** The decision, from the products as they were read. Prices are stamped here, never taken from a client. */
export const decideReservation = (
  orderId: string,
  lines: OrderPlaced['data']['lines'],
  products: readonly Product[],
): Exclude<Reservation, { state: 'RELEASED' }> => {
  const byId = new Map(products.map((product) => [product.id, product]));
  let reason: RejectReason | undefined;
  const reserved = [...lines]
    .sort((a, b) => (a.productId < b.productId ? -1 : 1))
    .flatMap(({ productId, quantity }) => {
      const product = byId.get(productId);
      if (!product) reason = 'unknown-product';
      else if (product.onHand - product.held < quantity) reason ??= 'out-of-stock';
      return product ? [{ productId, quantity, unitPriceCents: product.priceCents }] : [];
    });
  return reason ? { orderId, state: 'REJECTED', reason } : { orderId, state: 'HELD', lines: reserved };
};

/**
 * Reserves stock for an order. An order that has a row already gets its stored outcome told again; a tombstone stays
 * silent, for its order is closed. Safe to run any number of times, at the same time, for the same order.
 *
 * @throws DomainError `overloaded` when the rows never held still: the event comes again later
 */
export const makeReserveStock = (deps: {
  products: ProductStore;
  reservations: ReservationStore;
  clock: Clock;
  newId: NewId;
}): ReserveStock => {
  const outcome = (reservation: Reservation): DomainEvent[] => {
    const envelope = envelopeOf('inventory', deps.newId(), reservation.orderId, deps.clock());
    if (reservation.state === 'HELD') {
      return [{ ...envelope, type: 'stock-reserved', data: { lines: [...reservation.lines] } }];
    }
    if (reservation.state === 'REJECTED') {
      return [{ ...envelope, type: 'stock-rejected', data: { reason: reservation.reason } }];
    }
    return [];
  };

  const attempt = async (inbox: InboxEntry, event: OrderPlaced): Promise<string> => {
    const orderId = event.subject;
    const stored = await deps.reservations.find(orderId);
    if (stored) return deps.reservations.tellAgain(inbox, outcome(stored));
    const { lines } = event.data;
    const products = await deps.products.findMany(lines.map((line) => line.productId));
    const decision = decideReservation(orderId, lines, products);
    return decision.state === 'HELD'
      ? deps.reservations.hold(inbox, decision, outcome(decision))
      : deps.reservations.record(inbox, decision, outcome(decision));
  };

  return async (event) => {
    const inbox = { eventId: event.id, receivedAt: deps.clock() };
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const result = await attempt(inbox, event);
      if (result === 'done' || result === 'duplicate') return;
    }
    throw new DomainError('overloaded', { detail: 'The stock of this order kept changing.' });
  };
};
