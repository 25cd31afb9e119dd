import assert from 'node:assert/strict';
import {
  newProduct,
  placeOrder,
  readProduct,
  settledOrder,
  unknownId,
  untilHeld,
} from '../../support/goods.ts';
import { newCustomer } from '../../support/people.ts';
import { call, ok, refused, type Shop } from '../../support/shop.ts';
import { until } from '../../support/until.ts';
import type { Section } from './rule.ts';

const rejectedOrder = async (shop: Shop) => {
  const customer = await newCustomer(shop);
  const { id: productId } = await newProduct(shop, { onHand: 1 });
  const order = await settledOrder(shop, customer, [{ productId, quantity: 2 }]);
  return { customer, order, productId };
};

/** POST /orders/{id}/cancel in every state. */
export const cancelling: Section = {
  about: 'POST /orders/{id}/cancel',
  rules: [
    {
      title: 'When a CONFIRMED order is cancelled, then it is CANCELLED for good and its units go back once',
      run: async (shop) => {
        const customer = await newCustomer(shop);
        const { id: productId } = await newProduct(shop, { onHand: 3 });
        const order = await settledOrder(shop, customer, [{ productId, quantity: 3 }]);
        const { token } = customer;
        const params = { id: order.id };
        const cancelled = await ok(shop, 'cancelOrder', { token, params });
        assert.deepEqual(
          { ...order, state: 'CANCELLED', updatedAt: cancelled.body.updatedAt },
          cancelled.body,
        );
        const again = await ok(shop, 'cancelOrder', { token, params });
        assert.deepEqual(again.body, cancelled.body);
        await untilHeld(shop, productId, 0);
        assert.deepEqual((await ok(shop, 'getOrder', { token, params })).body, cancelled.body);
        const next = await settledOrder(shop, customer, [{ productId, quantity: 3 }]);
        assert.equal(next.state, 'CONFIRMED');
      },
    },
    {
      title:
        'When an order is cancelled as soon as it is placed, then it stays CANCELLED and in the end holds nothing',
      run: async (shop) => {
        const customer = await newCustomer(shop);
        const { id: productId } = await newProduct(shop, { onHand: 10 });
        const { token } = customer;
        const ids = await Promise.all(
          Array.from({ length: 5 }, async () => {
            const { id } = await placeOrder(shop, customer, [{ productId, quantity: 2 }]);
            await ok(shop, 'cancelOrder', { token, params: { id } });
            return id;
          }),
        );
        // What is still on its way may hold units for a moment, but not for good.
        await until('all units can be sold again', async () => {
          const { state } = await settledOrder(shop, customer, [{ productId, quantity: 10 }]);
          return state === 'CONFIRMED' ? state : undefined;
        });
        for (const id of ids)
          assert.equal((await ok(shop, 'getOrder', { token, params: { id } })).body.state, 'CANCELLED');
      },
    },
    {
      title: 'When a REJECTED order is cancelled, then it is invalid-state and nothing changes',
      run: async (shop) => {
        const { customer, order, productId } = await rejectedOrder(shop);
        const options = { token: customer.token, params: { id: order.id } };
        await refused(shop, 'cancelOrder', options, 'invalid-state');
        assert.deepEqual((await ok(shop, 'getOrder', options)).body, order);
        assert.equal((await readProduct(shop, productId)).stock.held, 0);
      },
    },
    {
      title: 'When an order is cancelled ten times at once, then every reply is the same',
      run: async (shop) => {
        const customer = await newCustomer(shop);
        const { id: productId } = await newProduct(shop, { onHand: 3 });
        const { id } = await settledOrder(shop, customer, [{ productId, quantity: 3 }]);
        const options = { token: customer.token, params: { id } };
        const answers = await Promise.all(Array.from({ length: 10 }, () => ok(shop, 'cancelOrder', options)));
        assert.deepEqual(new Set(answers.map(({ body }) => body.state)), new Set(['CANCELLED']));
        await untilHeld(shop, productId, 0);
      },
    },
    {
      title: 'When a cancel has a body, then it is not looked at, but it has its limit',
      run: async (shop) => {
        const { token } = await newCustomer(shop);
        const params = { id: unknownId() };
        await refused(
          shop,
          'cancelOrder',
          { token, params, raw: '{nonsense', contentType: 'text/plain' },
          'not-found',
        );
        const big = await call(shop, 'cancelOrder', { token, params, raw: 'x'.repeat(64 * 1024 + 1) }).catch(
          (error: Error) => error,
        );
        if (big instanceof Error) throw big;
        assert.equal(big.code, 'too-large');
      },
    },
  ],
};
