import { totalCents } from '../kernel/money.ts';
import type { Order } from './ports.ts';
import type { OrderView } from './schema.ts';

/** An order as its owner sees it. The total is there once every line has its price. */
export const viewOrder = (order: Order): OrderView => {
  const priced = order.lines.flatMap(({ quantity, unitPriceCents }) =>
    unitPriceCents === null ? [] : [{ quantity, unitPriceCents }],
  );
  return {
    id: order.id,
    state: order.state,
    reason: order.reason,
    lines: order.lines.map(({ productId, quantity, unitPriceCents }) => ({
      productId,
      quantity,
      unitPriceCents,
    })),
    totalCents: priced.length === order.lines.length ? totalCents(priced) : null,
    currency: 'EUR',
    placedAt: order.placedAt,
    updatedAt: order.updatedAt,
  };
};
