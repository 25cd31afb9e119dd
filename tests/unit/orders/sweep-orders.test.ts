import { makeOrderStore } from '@duet/shared/adapters/memory/order-store.ts';
import { makeOutboxStore } from '@duet/shared/adapters/memory/outbox-store.ts';
import { UnreachableError } from '@duet/shared/events/ports.ts';
import { makePlaceOrder } from '@duet/shared/orders/place-order.ts';
import { makeSweepOrders } from '@duet/shared/orders/sweep-orders.ts';
import { describe, expect, it } from 'vitest';
import { ada, idOf, makeWorld, scopeOf } from '../support/world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const A = idOf(1, 7);

describe('sweep-orders', () => {
  it('When inventory never answers, then it is told again at 30 s, 2 min and 5 min, and the order ends at 15 min', async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [A, 1]);
    const start = world.time.now;
    const told: number[] = [];
    const closed: number[] = [];
    for (let at = 0; at <= 20 * MINUTE; at += SECOND) {
      world.time.now = start + at;
      world.ordersOutbox.clear();
      await world.sweepOrders();
      for (const event of world.waiting(world.ordersOutbox)) {
        expect(event).toMatchObject({ subject: id });
        (event.type === 'order-placed' ? told : closed).push(at);
      }
    }
    expect(told).toEqual([30 * SECOND, 2 * MINUTE, 5 * MINUTE]);
    expect(closed).toEqual([15 * MINUTE]);
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'REJECTED', reason: 'timeout' });
  });

  it('When it tells again, then the event is a new one with the same lines', async () => {
    const world = makeWorld();
    await world.order(ada, [A, 3]);
    const [first] = world.waiting(world.ordersOutbox);
    world.time.now += 30 * SECOND;
    expect(await world.sweepOrders()).toBe(1);
    const [, second] = world.waiting(world.ordersOutbox);
    expect(second).toMatchObject({ type: 'order-placed', data: first?.data ?? {} });
    expect(second?.id).not.toBe(first?.id);
  });

  it('When the order has settled or was cancelled, then it is left alone', async () => {
    const world = makeWorld();
    const product = await world.stockUp(9);
    await world.order(ada, [product, 1]);
    await world.settle();
    await world.cancelOrder(ada, (await world.order(ada, [product, 1])).id);
    await world.settle();
    world.time.now += 20 * MINUTE;
    expect(await world.sweepOrders()).toBe(0);
  });

  it('When one order cannot be swept, then those behind it are, and the run tells of the fault', async () => {
    const outbox = new Map();
    const store = makeOrderStore({ outbox });
    let now = Date.parse('2026-11-22T12:00:00.000Z');
    const ids = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => idOf(n));
    const deps = { orders: store, clock: () => now, newId: () => ids.shift() as string };
    const input = { lines: [{ productId: A, quantity: 1 }] };
    const place = () => makePlaceOrder(deps)(ada, input, scopeOf(ada, 'place-order', input));
    const { body: broken } = await place();
    const { body: sound } = await place();
    outbox.clear();
    now += 30 * SECOND;
    const change: typeof store.change = async (seen, ...rest) => {
      if (seen.id === broken.id) throw new Error('this row is broken');
      return store.change(seen, ...rest);
    };
    await expect(makeSweepOrders({ ...deps, orders: { ...store, change } })()).rejects.toThrow(
      '1 orders were not swept',
    );
    expect([...outbox.values()].map(({ event }) => event.subject)).toEqual([sound.id]);
  });

  it('When two sweeps run at once, then inventory is told once', async () => {
    const world = makeWorld();
    await world.order(ada, [A, 1]);
    world.ordersOutbox.clear();
    world.time.now += 30 * SECOND;
    const touched = await Promise.all([world.sweepOrders(), world.sweepOrders()]);
    expect(touched[0] + touched[1]).toBe(1);
    expect(world.ordersOutbox.size).toBe(1);
  });

  it('When more are due than a batch holds, then all get their turn in one run', async () => {
    const world = makeWorld();
    for (let n = 0; n < 250; n += 1) await world.order(ada, [A, 1]);
    world.time.now += 30 * SECOND;
    expect(await world.sweepOrders()).toBe(250);
    expect(await world.sweepOrders()).toBe(0);
    world.time.now += 15 * MINUTE;
    expect(await world.sweepOrders()).toBe(250);
  });

  it('When it is told to stop, then it ends after the order under way', async () => {
    const world = makeWorld();
    for (let n = 0; n < 5; n += 1) await world.order(ada, [A, 1]);
    world.time.now += 30 * SECOND;
    let asked = 0;
    expect(
      await world.sweepOrders(() => {
        asked += 1;
        return asked <= 3;
      }),
    ).toBe(3);
  });

  it('When no sweep ran for 6 minutes, then inventory is told once and not once for each time that was missed', async () => {
    const world = makeWorld();
    await world.order(ada, [A, 1]);
    world.ordersOutbox.clear();
    world.time.now += 6 * MINUTE;
    expect(await world.sweepOrders()).toBe(1);
    expect(await world.sweepOrders()).toBe(0);
    expect(world.ordersOutbox.size).toBe(1);
    world.time.now += 9 * MINUTE;
    expect(await world.sweepOrders()).toBe(1);
  });

  it('When no sweep ran for an hour, then the order ends at once, told once', async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [A, 1]);
    world.ordersOutbox.clear();
    world.time.now += 60 * MINUTE;
    expect(await world.sweepOrders()).toBe(1);
    expect(world.waiting(world.ordersOutbox)).toMatchObject([{ type: 'order-closed', subject: id }]);
  });

  /** Orders and inventory with a network between them that is cut until a test mends it, and time that runs. */
  const makeCutWorld = () => {
    const link = { up: false };
    const world = makeWorld(async (event, receive) => {
      if (!link.up) throw new UnreachableError('connect ECONNREFUSED');
      await receive(event);
    });
    const start = world.time.now;
    const runUntil = async (age: number): Promise<void> => {
      for (; world.time.now < start + age; world.time.now += SECOND) {
        await world.relay();
        await world.sweepOrders();
      }
    };
    return { world, link, runUntil };
  };

  it('When inventory comes back after 14 minutes, then the order is confirmed within 31 s', async () => {
    const { world, link, runUntil } = makeCutWorld();
    const { id } = await world.order(ada, [await world.stockUp(1), 1]);
    await runUntil(14 * MINUTE);
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'PENDING' });
    link.up = true;
    await runUntil(14 * MINUTE + 31 * SECOND);
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'CONFIRMED' });
  });

  it('When inventory comes back after the order has ended, then the late events hold nothing', async () => {
    const { world, link, runUntil } = makeCutWorld();
    const product = await world.stockUp(1);
    const { id } = await world.order(ada, [product, 1]);
    await runUntil(25 * MINUTE);
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'REJECTED', reason: 'timeout' });
    const outbox = makeOutboxStore({ outbox: world.ordersOutbox });
    expect(await outbox.count()).toEqual({ waiting: 5, dead: 0 }); // the order, told four times, and its end
    link.up = true;
    await runUntil(26 * MINUTE);
    expect(await outbox.count()).toEqual({ waiting: 0, dead: 0 });
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'REJECTED', reason: 'timeout' });
    expect(world.stock.get(product)).toMatchObject({ held: 0 });
  });

  it('When a reservation races with the timeout, then whoever comes first decides and nothing stays held', async () => {
    const world = makeWorld();
    const product = await world.stockUp(1);
    const { id } = await world.order(ada, [product, 1]);
    await world.relayOrders();
    world.time.now += 15 * MINUTE;
    await Promise.all([world.sweepOrders(), world.relayInventory()]);
    await world.settle();
    const { state } = await world.getOrder(ada, id);
    expect(world.stock.get(product)?.held).toBe(state === 'CONFIRMED' ? 1 : 0);
  });
});
