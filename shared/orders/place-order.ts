import { envelopeOf, type OrderPlaced } from '../events/event.ts';
import { type CreatedOnce, createOnce, type IdempotencyScope } from '../kernel/idempotency.ts';
import type { Clock, NewId } from '../kernel/ids.ts';
import type { User } from '../kernel/user.ts';
import type { Order, OrderStore } from './ports.ts';
import type { OrderView, PlaceOrderInput } from './schema.ts';
import { firstSweepAt } from './sweep-orders.ts';
import { viewOrder } from './view-order.ts';

/** Places an order, once for each key. It settles later: CONFIRMED or REJECTED. */
export type PlaceOrder = (
  user: User,
  input: PlaceOrderInput,
  scope: IdempotencyScope,
) => Promise<CreatedOnce<OrderView>>;

/** Lines of the same product become one, in the order of product ids. */
export const mergeLines = (lines: PlaceOrderInput['lines']): PlaceOrderInput['lines'] => {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([productId, quantity]) => ({ productId, quantity }));
};

/**
 * Places an order. The order, its idempotency record and the event for inventory are one transaction, so that it
 * works while inventory is down and is never placed twice.
 *
 * @throws DomainError `idempotency-key-reuse`, `idempotency-in-progress`
 */
export const makePlaceOrder =
  (deps: { orders: OrderStore; clock: Clock; newId: NewId }): PlaceOrder =>
  async (user, input, scope) => {
    const now = deps.clock();
    const at = new Date(now).toISOString();
    const lines = mergeLines(input.lines);
    const order: Order = {
      id: deps.newId(),
      userId: user.id,
      state: 'PENDING',
      reason: null,
      lines: lines.map((line) => ({ ...line, unitPriceCents: null })),
      placedAt: at,
      updatedAt: at,
      sweeps: 0,
    };
    const placed: OrderPlaced = {
      ...envelopeOf('orders', deps.newId(), order.id, now),
      type: 'order-placed',
      data: { lines },
    };
    const reply = { status: 202, location: `/orders/${order.id}`, body: viewOrder(order) };
    return createOnce(scope, reply, (record) =>
      deps.orders.place(order, firstSweepAt(now), record, [placed]),
    );
  };
