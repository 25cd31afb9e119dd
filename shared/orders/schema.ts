import * as z from 'zod';
import { MAX_LINES, Quantity } from '../events/event.ts';
import { Id } from '../kernel/ids.ts';

/** Body of POST /orders: what and how many. The price is the shop's to say. */
export const PlaceOrderInput = z.strictObject({
  lines: z
    .array(z.strictObject({ productId: Id, quantity: Quantity }))
    .min(1)
    .max(MAX_LINES),
});
export type PlaceOrderInput = z.output<typeof PlaceOrderInput>;

/** Path parameters of an order's routes. */
export const OrderParams = z.strictObject({ id: Id });

/** Where an order stands. */
export const OrderState = z.enum(['PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED']);
export type OrderState = z.output<typeof OrderState>;

/** Why an order was rejected. */
export const OrderReason = z.enum(['out-of-stock', 'unknown-product', 'timeout']);
export type OrderReason = z.output<typeof OrderReason>;

/** An order as its owner sees it. Prices in euro cents, null until inventory has stamped them. */
export const OrderView = z.strictObject({
  id: Id,
  state: OrderState,
  reason: OrderReason.nullable(),
  lines: z.array(
    z.strictObject({ productId: Id, quantity: z.int().min(1), unitPriceCents: z.int().min(1).nullable() }),
  ),
  totalCents: z.int().min(1).nullable(),
  currency: z.literal('EUR'),
  placedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type OrderView = z.output<typeof OrderView>;

/** A page of orders. */
export const OrderPage = z.strictObject({ items: z.array(OrderView), nextCursor: z.string().nullable() });
export type OrderPage = z.output<typeof OrderPage>;
