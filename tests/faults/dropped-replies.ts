import assert from 'node:assert/strict';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { newKey, newProduct } from '../support/goods.ts';
import { newCustomer } from '../support/people.ts';
import type { Shop } from '../support/shop.ts';
import { allOrders, assertStock, settledOrders } from './accounts-of-stock.ts';
import { crowd, range } from './crowd.ts';
import { makeRandom } from './random.ts';
import { insist } from './stubborn.ts';

/** How much to do. */
export type DroppedReplies = { readonly keys: number; readonly twins: number; readonly seed: number };

/** Keys whose twins are on their way at the same time. */
const WIDTH = 4;

/** Places an order and hangs up before the reply can be read. */
const placeAndHangUp = async (
  shop: Shop,
  options: { token: string; key: string; body: unknown },
  afterMs: number,
): Promise<void> => {
  const { hostname, port } = new URL(shop.origins.orders);
  const sent = request({
    hostname,
    port,
    method: 'POST',
    path: '/orders',
    agent: false,
    headers: {
      authorization: `Bearer ${options.token}`,
      'idempotency-key': options.key,
      'content-type': 'application/json',
    },
  });
  sent.on('error', () => {});
  sent.on('response', (res) => res.destroy());
  await new Promise<void>((resolve) => sent.end(JSON.stringify(options.body), resolve));
  await pause(afterMs);
  sent.destroy();
};

/**
 * Sends every order many times at once and hangs up on half of them. Every key must lead to one order, and to the
 * same one however often it is asked.
 */
export const dropReplies = async (shop: Shop, { keys, twins, seed }: DroppedReplies): Promise<void> => {
  const random = makeRandom(seed);
  const customer = await newCustomer(shop);
  const { id: productId } = await newProduct(shop, { onHand: keys });
  const body = { lines: [{ productId, quantity: 1 }] };
  const ids = await crowd(range(keys), WIDTH, async () => {
    const options = { token: customer.token, key: newKey(), body };
    const answers = await Promise.all(
      range(twins).map((twin) =>
        twin % 2 === 0
          ? insist(shop, 'placeOrder', options)
          : placeAndHangUp(shop, options, random() * 20).then(() => undefined),
      ),
    );
    const last = await insist(shop, 'placeOrder', options);
    const replies = new Set([...answers, last].flatMap((answer) => answer?.bytes.toString() ?? []));
    assert.equal(replies.size, 1, `one key had ${replies.size} replies: ${[...replies].join('\n')}`);
    return (last.json as { id: string }).id;
  });
  assert.equal(new Set(ids).size, keys);
  const orders = await settledOrders(shop, [customer], 60_000);
  assert.deepEqual(orders.map(({ id }) => id).sort(), [...ids].sort());
  assert.ok(orders.every(({ state }) => state === 'CONFIRMED'));
  await assertStock(shop, [productId], orders);
  assert.equal((await allOrders(shop, customer)).length, keys);
};
