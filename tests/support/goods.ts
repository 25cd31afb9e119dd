import { randomUUID } from 'node:crypto';
import type { ProductView } from '@duet/shared/inventory/schema.ts';
import type { OrderView } from '@duet/shared/orders/schema.ts';
import { administrator, type Person } from './people.ts';
import { ok, type Shop } from './shop.ts';
import { until } from './until.ts';

/** A fresh Idempotency-Key. */
export const newKey = (): string => `key-${randomUUID()}`;

/** An id that nothing has. */
export const unknownId = (): string => randomUUID();

/** Adds a product of its own for a test. Prices in cents. */
export const newProduct = async (
  shop: Shop,
  { onHand = 10, priceCents = 1999, name = 'A lamp' } = {},
): Promise<ProductView> => {
  const { token } = await administrator(shop);
  const body = { name, description: 'For tests.', priceCents, onHand };
  return (await ok(shop, 'createProduct', { token, key: newKey(), body })).body;
};

/** The product as it is now. */
export const readProduct = async (shop: Shop, id: string): Promise<ProductView> =>
  (await ok(shop, 'getProduct', { params: { id } })).body;

/** Waits until as many units of a product are held as the test expects: releases are told by events. */
export const untilHeld = (shop: Shop, id: string, held: number): Promise<ProductView> =>
  until(`${held} units held`, async () => {
    const product = await readProduct(shop, id);
    return product.stock.held === held ? product : undefined;
  });

/** Lines of an order. */
export type Lines = readonly { readonly productId: string; readonly quantity: number }[];

/** Places an order, PENDING as it is answered. */
export const placeOrder = async (
  shop: Shop,
  { token }: Person,
  lines: Lines,
  key = newKey(),
): Promise<OrderView> => (await ok(shop, 'placeOrder', { token, key, body: { lines } })).body;

/** Waits until an order is no longer PENDING. */
export const settled = (shop: Shop, { token }: Person, id: string, withinMs = 60_000): Promise<OrderView> =>
  until(
    `order ${id} settled`,
    async () => {
      const { body } = await ok(shop, 'getOrder', { token, params: { id } });
      return body.state === 'PENDING' ? undefined : body;
    },
    { withinMs },
  );

/** Places an order and waits until it has settled. */
export const settledOrder = async (shop: Shop, person: Person, lines: Lines): Promise<OrderView> =>
  settled(shop, person, (await placeOrder(shop, person, lines)).id);
