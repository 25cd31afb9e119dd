import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { ada, bob, idOf, makeWorld } from '../support/world.ts';

const missing = idOf(404, 4);

describe('GET /orders/{id}', () => {
  it("When it is somebody else's, then it is answered exactly as a missing one", async () => {
    const world = makeWorld();
    const order = await world.order(ada, [await world.stockUp(1), 1]);
    const errors = await Promise.all(
      [order.id, missing].map((id) =>
        world.getOrder(bob, id).catch((error: unknown) => JSON.stringify(error)),
      ),
    );
    expect(errors[0]).toContain('not-found');
    expect(errors[0]).toBe(errors[1]);
  });

  it('When the order is confirmed, then it has prices and their sum', async () => {
    const world = makeWorld();
    const [lamp, desk] = [await world.stockUp(9, 1_000), await world.stockUp(9, 25)];
    const { id } = await world.order(ada, [lamp, 2], [desk, 3]);
    await world.settle();
    expect(await world.getOrder(ada, id)).toMatchObject({
      state: 'CONFIRMED',
      totalCents: 2_075,
      currency: 'EUR',
    });
  });
});

describe('GET /orders', () => {
  it('When pages are read one after the other, then every own order comes once, newest first', async () => {
    const world = makeWorld();
    const product = await world.stockUp(1);
    const placed: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      placed.unshift((await world.order(ada, [product, 1])).id);
      await world.order(bob, [product, 1]);
    }
    const read: string[] = [];
    let page = await world.listOrders(ada, { limit: 3 });
    for (;;) {
      read.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      page = await world.listOrders(ada, { limit: 3, cursor: atob(page.nextCursor) });
    }
    expect(read).toEqual(placed);
  });
});

describe('POST /orders/{id}/cancel', () => {
  it('When a confirmed order is cancelled, then its units go back, once, however often it is cancelled', async () => {
    const world = makeWorld();
    const product = await world.stockUp(5);
    const { id } = await world.order(ada, [product, 2]);
    await world.settle();
    expect(world.stock.get(product)).toMatchObject({ held: 2 });
    const first = await world.cancelOrder(ada, id);
    expect(first).toMatchObject({ state: 'CANCELLED', reason: null });
    world.time.now += 1_000;
    expect(await world.cancelOrder(ada, id)).toEqual(first);
    await world.settle();
    expect(world.stock.get(product)).toMatchObject({ onHand: 5, held: 0 });
  });

  it('When a pending order is cancelled before inventory hears of it, then nothing is ever held', async () => {
    const world = makeWorld();
    const product = await world.stockUp(5);
    const { id } = await world.order(ada, [product, 2]);
    await world.cancelOrder(ada, id);
    await world.settle();
    expect(world.stock.get(product)).toMatchObject({ held: 0 });
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'CANCELLED' });
  });

  it('When a rejected order is cancelled, then it is refused', async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [await world.stockUp(1), 2]);
    await world.settle();
    expect(await codeOfPromise(world.cancelOrder(ada, id))).toBe('invalid-state');
  });

  it("When it is somebody else's, then it is not found and stays as it is", async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [await world.stockUp(1), 1]);
    expect(await codeOfPromise(world.cancelOrder(bob, id))).toBe('not-found');
    expect(await codeOfPromise(world.cancelOrder(ada, missing))).toBe('not-found');
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'PENDING' });
  });

  it('When a cancel and a confirmation race, then the order ends CANCELLED and holds nothing', async () => {
    const world = makeWorld();
    const product = await world.stockUp(5);
    const { id } = await world.order(ada, [product, 2]);
    await world.relayOrders();
    await Promise.all([world.relayInventory(), world.cancelOrder(ada, id)]);
    await world.settle();
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'CANCELLED' });
    expect(world.stock.get(product)).toMatchObject({ held: 0 });
  });
});

describe('an order whose row keeps changing', () => {
  it('When ten others always come first, then the event is given back as overloaded', async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [await world.stockUp(1), 1]);
    const { makeCancelOrder } = await import('@duet/shared/orders/cancel-order.ts');
    const orders = { ...world.orderStore, change: async () => 'stale' as const };
    const cancel = makeCancelOrder({ orders, clock: world.clock, newId: world.newId });
    expect(await codeOfPromise(cancel(ada, id))).toBe('overloaded');
  });
});
