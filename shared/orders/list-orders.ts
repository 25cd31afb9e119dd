import { type PageQuery, pageOf, pageRequestOf } from '../kernel/page.ts';
import type { User } from '../kernel/user.ts';
import type { OrderStore } from './ports.ts';
import type { OrderPage } from './schema.ts';
import { viewOrder } from './view-order.ts';

/** Lists the caller's own orders, newest first, a page at a time. */
export type ListOrders = (user: User, query: PageQuery) => Promise<OrderPage>;

/** Lists orders by owner. */
export const makeListOrders =
  (deps: { orders: OrderStore }): ListOrders =>
  async (user, query) => {
    const { limit, after } = pageRequestOf(query);
    const page = pageOf(await deps.orders.list(user.id, { limit: limit + 1, after }), limit);
    return { items: page.items.map((order) => viewOrder(order)), nextCursor: page.nextCursor };
  };
