import type { OrderClosed } from '../events/event.ts';
import { DomainError } from '../kernel/errors.ts';
import type { Clock } from '../kernel/ids.ts';
import type { ReservationStore } from './ports.ts';

/** Gives back what a closed order holds. */
export type ReleaseStock = (event: OrderClosed) => Promise<void>;

const MAX_TRIES = 10;

/**
 * Releases a closed order's units. When the order has no row yet a tombstone is left, so that an order-placed which
 * arrives late holds nothing. An order that holds nothing needs nothing.
 *
 * @throws DomainError `overloaded` when the row never held still: the event comes again later
 */
export const makeReleaseStock =
  (deps: { reservations: ReservationStore; clock: Clock }): ReleaseStock =>
  async (event) => {
    const inbox = { eventId: event.id, receivedAt: deps.clock() };
    const orderId = event.subject;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const stored = await deps.reservations.find(orderId);
      if (stored && stored.state !== 'HELD') return;
      const result = stored
        ? await deps.reservations.release(inbox, stored)
        : await deps.reservations.record(inbox, { orderId, state: 'RELEASED' }, []);
      if (result === 'done' || result === 'duplicate') return;
    }
    throw new DomainError('overloaded', { detail: 'The reservation kept changing.' });
  };
