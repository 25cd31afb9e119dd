import { envelopeOf, type StockRejected, type StockReserved } from '@duet/shared/events/event.ts';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { ada, idOf, makeWorld, type World } from '../support/world.ts';

const A = idOf(1, 7);

const reserved = (world: World, orderId: string, price = 100): StockReserved => ({
  ...envelopeOf('inventory', world.newId(), orderId, world.time.now),
  type: 'stock-reserved',
  data: { lines: [{ productId: A, quantity: 1, unitPriceCents: price }] },
});
const rejected = (world: World, orderId: string): StockRejected => ({
  ...envelopeOf('inventory', world.newId(), orderId, world.time.now),
  type: 'stock-rejected',
  data: { reason: 'out-of-stock' },
});

describe('settle-order', () => {
  it('When stock is reserved, then the order is CONFIRMED at the prices of inventory', async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [A, 1]);
    await world.settleOrder(reserved(world, id, 999));
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'CONFIRMED', totalCents: 999 });
  });

  it('When the same event comes twice, then it has one effect', async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [A, 1]);
    const event = reserved(world, id);
    await world.cancelOrder(ada, id);
    await world.settleOrder(event);
    await world.settleOrder(event);
    const closed = world.waiting(world.ordersOutbox).filter(({ type }) => type === 'order-closed');
    expect(closed).toHaveLength(2); // one for the cancel, one for the late reservation
  });

  it('When a late reservation comes for a cancelled order, then inventory is told and the order keeps its times', async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [A, 1]);
    const cancelled = await world.cancelOrder(ada, id);
    world.ordersOutbox.clear();
    world.time.now += 5_000;
    await world.settleOrder(reserved(world, id));
    expect(await world.getOrder(ada, id)).toEqual(cancelled);
    expect(world.waiting(world.ordersOutbox)).toMatchObject([{ type: 'order-closed', subject: id }]);
  });

  it('When a rejection comes after a confirmation, then the order stays CONFIRMED', async () => {
    const world = makeWorld();
    const { id } = await world.order(ada, [A, 1]);
    await world.settleOrder(reserved(world, id));
    await world.settleOrder(rejected(world, id));
    expect(await world.getOrder(ada, id)).toMatchObject({ state: 'CONFIRMED', reason: null });
  });

  it('When there is no such order, then the event is given back and not swallowed', async () => {
    const world = makeWorld();
    expect(await codeOfPromise(world.settleOrder(reserved(world, idOf(9, 9))))).toBe('not-found');
  });
});
