import { DomainError } from '../kernel/errors.ts';
import type { User } from '../kernel/user.ts';
import { type ApplyDeps, applyTrigger } from './apply-trigger.ts';
import type { OrderView } from './schema.ts';
import { viewOrder } from './view-order.ts';

/** Cancels the caller's own order. Repeatable. */
export type CancelOrder = (user: User, id: string) => Promise<OrderView>;

/**
 * Cancels an order that is PENDING or CONFIRMED; one that is CANCELLED stays so.
 *
 * @throws DomainError `not-found`, also for somebody else's order; `invalid-state` for a rejected one
 */
export const makeCancelOrder =
  (deps: ApplyDeps): CancelOrder =>
  async (user, id) => {
    const read = async () => {
      const order = await deps.orders.find(id);
      if (order?.userId !== user.id) throw new DomainError('not-found');
      return order;
    };
    return viewOrder(await applyTrigger(deps, read, { type: 'cancel' }));
  };
