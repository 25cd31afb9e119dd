import assert from 'node:assert/strict';
import type { OrderView } from '@duet/shared/orders/schema.ts';
import { readProduct } from '../support/goods.ts';
import type { Person } from '../support/people.ts';
import { ok, type Shop } from '../support/shop.ts';
import { until } from '../support/until.ts';

/** Every order of a customer, newest first. */
export const allOrders = async (shop: Shop, { token }: Person): Promise<OrderView[]> => {
  const orders: OrderView[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { body }: { body: { items: OrderView[]; nextCursor: string | null } } = await ok(
      shop,
      'listOrders',
      { token, query },
    );
    orders.push(...body.items);
    cursor = body.nextCursor;
  }
  return orders;
};

/** Waits until no order of these customers is PENDING. Returns all of them. */
export const settledOrders = (
  shop: Shop,
  people: readonly Person[],
  withinMs: number,
): Promise<OrderView[]> =>
  until(
    'all orders settled',
    async () => {
      const orders = (await Promise.all(people.map((person) => allOrders(shop, person)))).flat();
      return orders.some(({ state }) => state === 'PENDING') ? undefined : orders;
    },
    { withinMs, everyMs: 100, patient: true },
  );

/** Units of a product in the orders that are CONFIRMED. */
export const unitsOf = (orders: readonly OrderView[], productId: string): number =>
  orders
    .filter(({ state }) => state === 'CONFIRMED')
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + (line.productId === productId ? line.quantity : 0), 0);

/** The stock is right when what is held is what the confirmed orders hold. Waits for what is still on its way. */
export const assertStock = async (
  shop: Shop,
  productIds: readonly string[],
  orders: readonly OrderView[],
): Promise<void> => {
  for (const id of productIds) {
    const wanted = unitsOf(orders, id);
    const { stock } = await until(
      `${wanted} units of ${id} held`,
      async () => {
        const product = await readProduct(shop, id);
        return product.stock.held === wanted ? product : undefined;
      },
      { withinMs: 30_000, everyMs: 50, patient: true },
    );
    assert.equal(stock.available + stock.held, stock.onHand);
    assert.ok(stock.available >= 0);
  }
};
