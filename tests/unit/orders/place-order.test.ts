import { mergeLines } from '@duet/shared/orders/place-order.ts';
import { OrderView } from '@duet/shared/orders/schema.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { ada, bob, idOf, makeWorld, scopeOf } from '../support/world.ts';

const A = idOf(1, 7);
const input = { lines: [{ productId: A, quantity: 2 }] };

describe('POST /orders', () => {
  it('When an order is placed, then it is PENDING, without prices, and inventory is told', async () => {
    const world = makeWorld();
    const placed = await world.placeOrder(ada, input, scopeOf(ada, 'place-order', input));
    expect(placed).toMatchObject({ status: 202, location: `/orders/${placed.body.id}`, replayed: false });
    expect(OrderView.parse(placed.body)).toMatchObject({ state: 'PENDING', reason: null, totalCents: null });
    expect(world.waiting(world.ordersOutbox)).toMatchObject([
      { type: 'order-placed', subject: placed.body.id, data: { lines: input.lines } },
    ]);
  });

  it('When the same request comes again, then the first reply comes again and nothing is placed', async () => {
    const world = makeWorld();
    const scope = scopeOf(ada, 'place-order', input);
    const first = await world.placeOrder(ada, input, scope);
    await world.settle();
    world.time.now += 60_000;
    const second = await world.placeOrder(ada, input, scope);
    expect(second).toEqual({ ...first, replayed: true });
    expect(second.body.state).toBe('PENDING');
    expect((await world.listOrders(ada, {})).items).toHaveLength(1);
  });

  it('When 20 twins come at once, then one order is placed and all get the same reply', async () => {
    const world = makeWorld();
    const scope = scopeOf(ada, 'place-order', input);
    const replies = await Promise.all(Array.from({ length: 20 }, () => world.placeOrder(ada, input, scope)));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(world.ordersOutbox.size).toBe(1);
  });

  it('When a key is used for another body, then it is reuse and nothing is placed', async () => {
    const world = makeWorld();
    const other = { lines: [{ productId: A, quantity: 3 }] };
    const scope = scopeOf(ada, 'place-order', input);
    await world.placeOrder(ada, input, scope);
    expect(
      await codeOfPromise(world.placeOrder(ada, other, scopeOf(ada, 'place-order', other, scope.key))),
    ).toBe('idempotency-key-reuse');
    expect(world.ordersOutbox.size).toBe(1);
  });

  it('When two customers use the same key, then each has an order of their own', async () => {
    const world = makeWorld();
    const orders = await Promise.all(
      [ada, bob].map((user) =>
        world.placeOrder(user, input, scopeOf(user, 'place-order', input, 'same-key')),
      ),
    );
    expect(orders.map(({ replayed }) => replayed)).toEqual([false, false]);
  });
});

describe('mergeLines', () => {
  const lines = fc.array(
    fc.record({
      productId: fc.integer({ min: 1, max: 5 }).map((n) => idOf(n, 7)),
      quantity: fc.integer({ min: 1, max: 1000 }),
    }),
    { minLength: 1, maxLength: 20 },
  );

  it('When lines repeat products, then each product comes once, in order, and no unit is lost', () => {
    fc.assert(
      fc.property(lines, (given) => {
        const merged = mergeLines(given);
        const ids = merged.map(({ productId }) => productId);
        expect(ids).toEqual([...new Set(given.map(({ productId }) => productId))].sort());
        for (const { productId, quantity } of merged) {
          const units = given
            .filter((line) => line.productId === productId)
            .reduce((sum, line) => sum + line.quantity, 0);
          expect(quantity).toBe(units);
        }
      }),
    );
  });

  it('When lines are in another order, then the merged ones are the same', () => {
    fc.assert(
      fc.property(lines, (given) => {
        expect(mergeLines([...given].reverse())).toEqual(mergeLines(given));
      }),
    );
  });
});
