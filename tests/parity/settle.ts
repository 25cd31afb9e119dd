import { setTimeout as pause } from 'node:timers/promises';
import type { ProductView } from '@duet/shared/inventory/schema.ts';
import { cursorOf } from '@duet/shared/kernel/page.ts';
import { readProduct, settled } from '../support/goods.ts';
import { ok } from '../support/shop.ts';
import { customerOf, type KnownOrder, type World } from './world.ts';

/** Longest wait for the units of cancelled orders to go back, in ms. */
const RELEASE_MS = 10_000;

/** Orders that are read again after every step; all are read after the last one. */
const READ_AGAIN = 3;

/** Units of a product that the world's confirmed orders hold. */
const heldBy = (world: World, productId: string): number =>
  world.orders
    .filter(({ state }) => state === 'CONFIRMED')
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + (line.productId === productId ? line.quantity : 0), 0);

/** The world's products. Nobody else makes any while a run goes on, so they are a page of the catalogue. */
const products = async (world: World): Promise<readonly ProductView[]> => {
  const [first = '', ...others] = world.products;
  const { body } = await ok(world.shop, 'listProducts', { query: `limit=100&cursor=${cursorOf(first)}` });
  return [await readProduct(world.shop, first), ...body.items.filter(({ id }) => others.includes(id))];
};

/** How the stock stands once it is what the orders make of it, or as it is when that has not come true in time. */
const settledStock = async (world: World): Promise<unknown> => {
  for (const deadline = Date.now() + RELEASE_MS; ; await pause(10)) {
    const found = await products(world);
    const unsettled = found.filter(({ id, stock }) => stock.held !== heldBy(world, id));
    if (unsettled.length > 0 && Date.now() < deadline) continue;
    return found.map(({ id, stock, version }) => ({
      id,
      version,
      ...stock,
      ...(unsettled.length > 0 && { unsettled: `the orders hold ${heldBy(world, id)}` }),
    }));
  }
};

const settledOrder = async (world: World, known: KnownOrder): Promise<unknown> => {
  const customer = customerOf(world, known.owner);
  const order =
    known.state === 'PENDING'
      ? await settled(world.shop, customer, known.id)
      : (await ok(world.shop, 'getOrder', { token: customer.token, params: { id: known.id } })).body;
  known.state = order.state;
  const { id, state, reason, totalCents } = order;
  return { id, state, reason, totalCents };
};

/**
 * Waits until the orders have ended and every unit is where it belongs. Returns how orders and products stand: the
 * state after a step. A step that cancels an order marks it as PENDING, so that it is looked at again.
 */
export const settle = async (world: World, { all = false } = {}): Promise<unknown> => {
  const late = world.orders.slice(all ? 0 : -READ_AGAIN);
  const moving = world.orders.filter((order) => order.state === 'PENDING' || late.includes(order));
  const orders = [];
  for (const known of moving) orders.push(await settledOrder(world, known));
  return { orders, products: await settledStock(world) };
};
