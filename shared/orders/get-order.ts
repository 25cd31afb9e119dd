import { DomainError } from '../kernel/errors.ts';
import type { User } from '../kernel/user.ts';
import type { OrderStore } from './ports.ts';
import type { OrderView } from './schema.ts';
import { viewOrder } from './view-order.ts';

/** Shows the caller's own order. */
export type GetOrder = (user: User, id: string) => Promise<OrderView>;

/** @throws DomainError `not-found`: somebody else's order and a missing one cannot be told apart */
export const makeGetOrder =
  (deps: { orders: OrderStore }): GetOrder =>
  async (user, id) => {
    const order = await deps.orders.find(id);
    if (order?.userId !== user.id) throw new DomainError('not-found');
    return viewOrder(order);
  };
