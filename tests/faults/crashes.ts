import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { newKey, newProduct } from '../support/goods.ts';
import { newCustomer } from '../support/people.ts';
import type { Shop } from '../support/shop.ts';
import { assertStock, settledOrders } from './accounts-of-stock.ts';
import { crowd, range } from './crowd.ts';
import { makeRandom, oneOf } from './random.ts';
import { insist } from './stubborn.ts';

/** A shop that goes on, and what of it can be killed and started again. `restart` resolves when the part works again. */
export type Victims<Part extends string> = {
  readonly shop: Shop;
  readonly kill: (part: Part) => Promise<unknown>;
  readonly restart: (part: Part) => Promise<unknown>;
};

/** How much to do. `parts` are killed one after another, at random moments. `units` are for sale: one an order, if not given. */
export type Crashes<Part extends string> = {
  readonly orders: number;
  readonly kills: number;
  readonly parts: readonly Part[];
  readonly seed: number;
  readonly units?: number;
};

/** What was seen: how often each part was killed, and how long the last orders took to settle after recovery, in ms. */
export type CrashesResult = { readonly killed: Readonly<Record<string, number>>; readonly settledMs: number };

/** Longest time from recovery until every order has settled, in ms. */
const SETTLED_MS = 30_000;

/** Clients that place orders at the same time. */
const CLIENTS = 8;

/** Orders that clients may be ahead of the next kill: however long a restart takes, every kill comes in the midst of orders. */
const AHEAD = 12;

/**
 * Kills parts of a stack with SIGKILL at random moments while orders for one unit come in, and starts each again. Clients
 * repeat what had no reply with the same key. No order may be lost or placed twice, no unit may go astray, and as many are
 * sold as there are.
 */
export const crash = async <Part extends string>(
  stack: Victims<Part>,
  size: Crashes<Part>,
): Promise<CrashesResult> => {
  const { shop } = stack;
  const random = makeRandom(size.seed);
  const units = size.units ?? size.orders;
  const customer = await newCustomer(shop);
  const { id: productId } = await newProduct(shop, { onHand: units });
  const body = { lines: [{ productId, quantity: 1 }] };
  const keys = range(size.orders).map(newKey);

  // The kills are spread over the orders: each waits until so many have been placed.
  let placed = 0;
  const moments = range(size.kills)
    .map(() => Math.floor(random() * size.orders * 0.95))
    .sort((a, b) => a - b);
  const victims = moments.map(
    (_, index) => size.parts[index % size.parts.length] ?? oneOf(random, size.parts),
  );
  const killed: Record<string, number> = {};
  let begun = 0;
  let over = false;
  const killing = async (): Promise<void> => {
    for (const [index, moment] of moments.entries()) {
      const victim = victims[index] as Part;
      while (!over && placed < moment) await pause(1);
      await pause(random() * 20);
      begun = index + 1;
      await stack.kill(victim);
      killed[victim] = (killed[victim] ?? 0) + 1;
      await stack.restart(victim);
    }
  };
  const placing = crowd(keys, CLIENTS, async (key, number) => {
    while (!over && (moments[begun] ?? Number.POSITIVE_INFINITY) < number - AHEAD) await pause(1);
    const answer = await insist(shop, 'placeOrder', { token: customer.token, key, body });
    assert.equal(answer.status, 202, answer.bytes.toString());
    placed += 1;
    return (answer.json as { id: string }).id;
  });
  const [ids] = await Promise.all([placing, killing()]).finally(() => {
    over = true;
  });
  const recoveredAt = Date.now();

  assert.equal(new Set(ids).size, size.orders, 'two keys led to one order');
  const orders = await settledOrders(shop, [customer], SETTLED_MS);
  const settledMs = Date.now() - recoveredAt;
  assert.deepEqual(orders.map(({ id }) => id).sort(), [...ids].sort(), 'orders were lost or placed twice');
  const confirmed = orders.filter(({ state }) => state === 'CONFIRMED').length;
  assert.equal(confirmed, Math.min(units, size.orders), 'as many orders as there are units');
  assert.ok(orders.every(({ state, reason }) => state === 'CONFIRMED' || reason === 'out-of-stock'));
  await assertStock(shop, [productId], orders);
  return { killed, settledMs };
};
