import type { StockRejected, StockReserved } from '../events/event.ts';
import { DomainError } from '../kernel/errors.ts';
import { type ApplyDeps, applyTrigger } from './apply-trigger.ts';
import type { Trigger } from './trigger.ts';

/** Takes inventory's answer: the order becomes CONFIRMED or REJECTED. */
export type SettleOrder = (event: StockReserved | StockRejected) => Promise<void>;

/**
 * Settles an order. For one that has ended meanwhile, a reservation is answered with order-closed, so that its units
 * go back.
 *
 * @throws DomainError `not-found` when there is no such order, which is never so in a sound system: the event stays
 *   in its queue, and in the end among the dead, where somebody sees it
 */
export const makeSettleOrder =
  (deps: ApplyDeps): SettleOrder =>
  async (event) => {
    const read = async () => {
      const order = await deps.orders.find(event.subject);
      if (!order) throw new DomainError('not-found');
      return order;
    };
    const trigger: Trigger =
      event.type === 'stock-reserved'
        ? { type: event.type, lines: event.data.lines }
        : { type: event.type, reason: event.data.reason };
    await applyTrigger(deps, read, trigger, { eventId: event.id, receivedAt: deps.clock() });
  };
