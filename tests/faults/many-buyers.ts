import assert from 'node:assert/strict';
import { newKey, newProduct, readProduct } from '../support/goods.ts';
import { newCustomer, type Person } from '../support/people.ts';
import type { Shop } from '../support/shop.ts';
import { assertStock, settledOrders, unitsOf } from './accounts-of-stock.ts';
import { crowd, range } from './crowd.ts';
import { between, makeRandom, oneOf, type Random } from './random.ts';
import { insist } from './stubborn.ts';

/** How much to do. */
export type ManyBuyers = {
  readonly buyers: number;
  readonly products: number;
  readonly units: number;
  readonly orders: number;
  readonly seed: number;
};

/** What was seen. */
export type ManyBuyersResult = {
  readonly snapshots: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly cancelled: number;
};

/** Orders that are on their way at the same time. */
const WIDTH = 16;

/** Of three orders one is cancelled. */
const CANCELLED = 1 / 3;

const someLines = (random: Random, products: readonly string[]) => {
  const ids = new Set(range(between(random, 1, 4)).map(() => oneOf(random, products)));
  return [...ids].map((productId) => ({ productId, quantity: between(random, 1, 3) }));
};

/** Reads every product over and over until told to stop; each snapshot must add up. Returns how many there were. */
const sample = async (shop: Shop, products: readonly string[], isOver: () => boolean): Promise<number> => {
  let snapshots = 0;
  for (; !isOver() || snapshots === 0; snapshots += 1) {
    for (const id of products) {
      const { stock } = await readProduct(shop, id);
      assert.equal(stock.available + stock.held, stock.onHand, JSON.stringify(stock));
      assert.ok(stock.available >= 0 && stock.held >= 0, JSON.stringify(stock));
    }
  }
  return snapshots;
};

const placeAndPerhapsCancel = async (
  shop: Shop,
  { token }: Person,
  random: Random,
  products: readonly string[],
) => {
  const body = { lines: someLines(random, products) };
  const placed = await insist(shop, 'placeOrder', { token, key: newKey(), body });
  assert.equal(placed.status, 202, placed.bytes.toString());
  if (random() >= CANCELLED) return;
  const { id } = placed.json as { id: string };
  // A cancel is repeatable.
  const { status, code } = await insist(shop, 'cancelOrder', { token, params: { id } });
  assert.ok(status === 200 || code === 'invalid-state', `cancel: ${status} ${code}`);
};

/** Many buyers order and cancel the same few products at once, while somebody counts the stock all the time. */
export const sellOut = async (shop: Shop, size: ManyBuyers): Promise<ManyBuyersResult> => {
  const random = makeRandom(size.seed);
  const products = (await crowd(range(size.products), 4, () => newProduct(shop, { onHand: size.units }))).map(
    ({ id }) => id,
  );
  const buyers = await crowd(range(size.buyers), 4, () => newCustomer(shop));
  let isOver = false;
  const sampling = sample(shop, products, () => isOver);
  const buying = crowd(range(size.orders), WIDTH, (n) => {
    const buyer = buyers[n % buyers.length];
    if (!buyer) throw new Error('there are no buyers');
    return placeAndPerhapsCancel(shop, buyer, random, products);
  })
    .then(() => settledOrders(shop, buyers, 60_000))
    .finally(() => {
      isOver = true;
    });
  const [snapshots, orders] = await Promise.all([sampling, buying]);
  assert.equal(orders.length, size.orders);
  await assertStock(shop, products, orders);
  for (const id of products) assert.ok(unitsOf(orders, id) <= size.units);
  const count = (state: string): number => orders.filter((order) => order.state === state).length;
  return {
    snapshots,
    confirmed: count('CONFIRMED'),
    rejected: count('REJECTED'),
    cancelled: count('CANCELLED'),
  };
};
