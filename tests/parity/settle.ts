import { setTimeout as pause } from 'node:timers/promises';
import { readProduct, settled } from '../support/goods.ts';
import { ok } from '../support/shop.ts';
import { customerOf, type World } from './world.ts';

/** Longest wait for the units of cancelled orders to go back, in ms. */
const RELEASE_MS = 10_000;

/** Units of a product that the world's confirmed orders hold. */
const heldBy = (world: World, productId: string): number =>
  world.orders
    .filter(({ state }) => state === 'CONFIRMED')
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + (line.productId === productId ? line.quantity : 0), 0);

/** The stock of a product once it is what the orders make of it, or as it is when that has not come true in time. */
const settledStock = async (world: World, id: string): Promise<unknown> => {
  const expected = heldBy(world, id);
  for (const deadline = Date.now() + RELEASE_MS; ; await pause(10)) {
    const { stock, version } = await readProduct(world.shop, id);
    if (stock.held === expected) return { id, ...stock, version };
    if (Date.now() > deadline) return { id, ...stock, version, unsettled: `the orders hold ${expected}` };
  }
};

/**
 * Waits until every order has ended and every unit is where it belongs. Returns how the orders and the products stand:
 * the state after a step.
 */
export const settle = async (world: World): Promise<unknown> => {
  const orders = [];
  for (const known of world.orders) {
    const customer = customerOf(world, known.owner);
    // A settled order moves only by a cancel, which the list below tells of.
    const order =
      known.state === 'PENDING'
        ? await settled(world.shop, customer, known.id)
        : (await ok(world.shop, 'getOrder', { token: customer.token, params: { id: known.id } })).body;
    known.state = order.state;
    const { id, state, reason } = order;
    // An order that was cancelled at once may have its prices or not.
    orders.push({ id, state, reason, totalCents: state === 'CANCELLED' ? null : order.totalCents });
  }
  const products = [];
  for (const id of world.products) products.push(await settledStock(world, id));
  return { orders, products };
};
