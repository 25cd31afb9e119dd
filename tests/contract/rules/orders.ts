import assert from 'node:assert/strict';
import {
  newKey,
  newProduct,
  placeOrder,
  readProduct,
  settled,
  settledOrder,
  unknownId,
} from '../../support/goods.ts';
import { administrator, newCustomer } from '../../support/people.ts';
import { type Answer, ok, refused } from '../../support/shop.ts';
import { BAD_QUERIES } from './products.ts';
import type { Section } from './rule.ts';

/** Header fields that two replies of one kind may differ in. */
const OWN = ['date', 'x-request-id', 'apigw-requestid'];
const faceOf = ({ status, headers, bytes }: Answer) => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.includes(name))),
  bytes: bytes.toString('hex'),
});

/** Placing, settling, listing and reading orders. */
export const orders: Section = {
  about: 'Orders',
  rules: [
    {
      title: 'When an order is placed, then 202 with its Location, PENDING, without prices',
      run: async (shop) => {
        const { token } = await newCustomer(shop);
        const { id: productId } = await newProduct(shop);
        const made = await ok(shop, 'placeOrder', {
          token,
          key: newKey(),
          body: { lines: [{ productId, quantity: 2 }] },
        });
        assert.equal(made.headers.location, `/orders/${made.body.id}`);
        const { id, placedAt, updatedAt, ...seen } = made.body;
        assert.equal(placedAt, updatedAt, id);
        const lines = [{ productId, quantity: 2, unitPriceCents: null }];
        assert.deepEqual(seen, { state: 'PENDING', reason: null, lines, totalCents: null, currency: 'EUR' });
      },
    },
    {
      title:
        'When there is stock, then the order is CONFIRMED with the prices of the catalogue, and its units are held',
      run: async (shop) => {
        const customer = await newCustomer(shop);
        const one = await newProduct(shop, { onHand: 5, priceCents: 250 });
        const other = await newProduct(shop, { onHand: 1000, priceCents: 100_000_000 });
        const order = await settledOrder(shop, customer, [
          { productId: other.id, quantity: 1000 },
          { productId: one.id, quantity: 2 },
        ]);
        const lines = [
          { productId: one.id, quantity: 2, unitPriceCents: 250 },
          { productId: other.id, quantity: 1000, unitPriceCents: 100_000_000 },
        ].sort((a, b) => (a.productId < b.productId ? -1 : 1));
        assert.deepEqual(
          [order.state, order.reason, order.lines, order.totalCents],
          ['CONFIRMED', null, lines, 100_000_000_500],
        );
        assert.ok(order.updatedAt >= order.placedAt);
        assert.deepEqual((await readProduct(shop, one.id)).stock, { onHand: 5, held: 2, available: 3 });
      },
    },
    {
      title: 'When a product comes twice in an order, then its lines become one',
      run: async (shop) => {
        const { id: productId } = await newProduct(shop, { onHand: 5, priceCents: 100 });
        const twice = [
          { productId, quantity: 2 },
          { productId, quantity: 3 },
        ];
        const order = await settledOrder(shop, await newCustomer(shop), twice);
        assert.deepEqual(order.lines, [{ productId, quantity: 5, unitPriceCents: 100 }]);
        assert.equal(order.totalCents, 500);
      },
    },
    {
      title: 'When stock is short in one line, then the order is REJECTED and holds nothing of any line',
      run: async (shop) => {
        const plenty = await newProduct(shop, { onHand: 10 });
        const few = await newProduct(shop, { onHand: 1 });
        const lines = [plenty, few].map(({ id }) => ({ productId: id, quantity: 2 }));
        const order = await settledOrder(shop, await newCustomer(shop), lines);
        assert.deepEqual([order.state, order.reason, order.totalCents], ['REJECTED', 'out-of-stock', null]);
        for (const { id } of [plenty, few]) assert.equal((await readProduct(shop, id)).stock.held, 0);
      },
    },
    {
      title:
        'When a product is unknown, then the order is REJECTED for that reason, even when another is short',
      run: async (shop) => {
        const few = await newProduct(shop, { onHand: 1 });
        const lines = [
          { productId: few.id, quantity: 2 },
          { productId: unknownId(), quantity: 1 },
        ];
        const order = await settledOrder(shop, await newCustomer(shop), lines);
        assert.deepEqual([order.state, order.reason], ['REJECTED', 'unknown-product']);
      },
    },
    {
      title: 'When more is ordered at once than there is, then exactly what there is gets sold',
      run: async (shop) => {
        const customer = await newCustomer(shop);
        const { id: productId } = await newProduct(shop, { onHand: 5 });
        const placed = await Promise.all(
          Array.from({ length: 12 }, () => placeOrder(shop, customer, [{ productId, quantity: 1 }])),
        );
        const ended = await Promise.all(placed.map(({ id }) => settled(shop, customer, id)));
        assert.equal(ended.filter(({ state }) => state === 'CONFIRMED').length, 5);
        assert.equal(ended.filter(({ reason }) => reason === 'out-of-stock').length, 7);
        assert.deepEqual((await readProduct(shop, productId)).stock, { onHand: 5, held: 5, available: 0 });
      },
    },
    {
      title: 'When a price changes, then an order keeps the price at which it was confirmed',
      run: async (shop) => {
        const customer = await newCustomer(shop);
        const { token } = await administrator(shop);
        const { id } = await newProduct(shop, { priceCents: 100 });
        const order = await settledOrder(shop, customer, [{ productId: id, quantity: 1 }]);
        await ok(shop, 'updateProduct', {
          token,
          params: { id },
          ifMatch: '"1"',
          body: { name: 'Dear', description: '', priceCents: 900 },
        });
        const { body } = await ok(shop, 'getOrder', { token: customer.token, params: { id: order.id } });
        assert.equal(body.totalCents, 100);
        const next = await settledOrder(shop, customer, [{ productId: id, quantity: 1 }]);
        assert.equal(next.totalCents, 900);
      },
    },
    {
      title:
        "When an order is somebody else's, then it is answered as a missing one, byte for byte, to an administrator too",
      run: async (shop) => {
        const owner = await newCustomer(shop);
        const { id: productId } = await newProduct(shop);
        const { id } = await settledOrder(shop, owner, [{ productId, quantity: 1 }]);
        const others = [await newCustomer(shop), await administrator(shop)];
        for (const { token } of others) {
          for (const key of ['getOrder', 'cancelOrder'] as const) {
            const foreign = await refused(shop, key, { token, params: { id } }, 'not-found');
            const missing = await refused(shop, key, { token, params: { id: unknownId() } }, 'not-found');
            assert.deepEqual(faceOf(foreign), faceOf(missing));
          }
        }
        assert.equal(
          (await ok(shop, 'getOrder', { token: owner.token, params: { id } })).body.state,
          'CONFIRMED',
        );
      },
    },
    {
      title: 'When orders are listed, then they are the own ones, newest first, a page at a time',
      run: async (shop) => {
        const [customer, other] = [await newCustomer(shop), await newCustomer(shop)];
        const { id: productId } = await newProduct(shop);
        const made: string[] = [];
        for (let n = 0; n < 5; n += 1)
          made.unshift((await settledOrder(shop, customer, [{ productId, quantity: 1 }])).id);
        await placeOrder(shop, other, [{ productId, quantity: 1 }]);
        const { token } = customer;
        const first = await ok(shop, 'listOrders', { token, query: 'limit=3' });
        const second = await ok(shop, 'listOrders', {
          token,
          query: `limit=3&cursor=${first.body.nextCursor}`,
        });
        assert.deepEqual(
          [...first.body.items, ...second.body.items].map(({ id }) => id),
          made,
        );
        assert.equal(second.body.nextCursor, null);
        const whole = await ok(shop, 'listOrders', { token, query: 'limit=5' });
        assert.equal(whole.body.nextCursor, null);
        for (const query of BAD_QUERIES) await refused(shop, 'listOrders', { token, query }, 'validation');
      },
    },
  ],
};
