import { makeProductStore } from '@duet/shared/adapters/memory/product-store.ts';
import { envelopeOf, type OrderClosed, type OrderPlaced } from '@duet/shared/events/event.ts';
import type { Product } from '@duet/shared/inventory/ports.ts';
import { decideReservation, makeReserveStock } from '@duet/shared/inventory/reserve-stock.ts';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { idOf, makeWorld, type World } from '../support/world.ts';

const [A, B, C] = [idOf(1, 7), idOf(2, 7), idOf(3, 7)];
const ORDER = idOf(1, 0xf);

const product = (id: string, onHand: number, held = 0): Product => ({
  id,
  name: id,
  description: '',
  priceCents: 100,
  onHand,
  held,
  version: 1,
  createdAt: '',
  updatedAt: '',
});

const placed = (world: World, lines: OrderPlaced['data']['lines'], orderId = ORDER): OrderPlaced => ({
  ...envelopeOf('orders', world.newId(), orderId, world.time.now),
  type: 'order-placed',
  data: { lines },
});
const closed = (world: World, orderId = ORDER): OrderClosed => ({
  ...envelopeOf('orders', world.newId(), orderId, world.time.now),
  type: 'order-closed',
  data: {},
});

describe('decideReservation', () => {
  it('When every product has enough, then all lines are held in the order of their products', () => {
    const lines = [
      { productId: B, quantity: 2 },
      { productId: A, quantity: 3 },
    ];
    expect(decideReservation(ORDER, lines, [product(A, 3), product(B, 5, 3)])).toEqual({
      orderId: ORDER,
      state: 'HELD',
      lines: [
        { productId: A, quantity: 3, unitPriceCents: 100 },
        { productId: B, quantity: 2, unitPriceCents: 100 },
      ],
    });
  });

  it.each([
    ['one unit too few', [product(A, 1), product(B, 9)], 'out-of-stock'],
    ['all units held by others', [product(A, 9), product(B, 9, 9)], 'out-of-stock'],
    ['no such product', [product(A, 9)], 'unknown-product'],
    ['neither units nor a product', [product(A, 0)], 'unknown-product'],
  ] as const)('When there is %s, then nothing is held', (_, products, reason) => {
    const lines = [A, B].map((productId) => ({ productId, quantity: 2 }));
    expect(decideReservation(ORDER, lines, products)).toEqual({ orderId: ORDER, state: 'REJECTED', reason });
  });
});

describe('reserve-stock', () => {
  it('When stock is short in one line, then no line is held and orders is told', async () => {
    const world = makeWorld();
    const [lamp, desk] = [await world.stockUp(5), await world.stockUp(1)];
    await world.reserveStock(
      placed(world, [
        { productId: lamp, quantity: 1 },
        { productId: desk, quantity: 2 },
      ]),
    );
    expect([...world.stock.values()].map(({ held }) => held)).toEqual([0, 0]);
    expect(world.waiting(world.inventoryOutbox)).toMatchObject([
      { type: 'stock-rejected', subject: ORDER, data: { reason: 'out-of-stock' } },
    ]);
  });

  it('When the same event comes twice, then its units are held once and orders is told once', async () => {
    const world = makeWorld();
    const lamp = await world.stockUp(5);
    const event = placed(world, [{ productId: lamp, quantity: 2 }]);
    await Promise.all([world.reserveStock(event), world.reserveStock(event)]);
    await world.reserveStock(event);
    expect(world.stock.get(lamp)).toMatchObject({ held: 2 });
    expect(world.inventoryOutbox.size).toBe(1);
  });

  it.each([
    [5, 'stock-reserved'],
    [0, 'stock-rejected'],
  ])(
    'When the sweep tells again of an order (%i units), then its stored outcome is told again',
    async (onHand, type) => {
      const world = makeWorld();
      const lamp = await world.stockUp(onHand, 300);
      const lines = [{ productId: lamp, quantity: 2 }];
      await world.reserveStock(placed(world, lines));
      const [first] = world.waiting(world.inventoryOutbox);
      const edit = { name: 'Lamp', description: '', priceCents: 999 };
      await world.updateProduct(lamp, 1, edit);
      await world.setStock(lamp, 2, { onHand: 100 });
      await world.reserveStock(placed(world, lines));
      const [, second] = world.waiting(world.inventoryOutbox);
      expect(second).toMatchObject({ type, data: first?.data ?? {} });
      expect(world.stock.get(lamp)?.held).toBe(onHand === 0 ? 0 : 2);
    },
  );

  it('When 20 orders of one unit race for 10, then exactly 10 hold one', async () => {
    const world = makeWorld();
    const lamp = await world.stockUp(10);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        world.reserveStock(placed(world, [{ productId: lamp, quantity: 1 }], idOf(n + 1, 0xf))),
      ),
    );
    const types = world.waiting(world.inventoryOutbox).map(({ type }) => type);
    expect(types.filter((type) => type === 'stock-reserved')).toHaveLength(10);
    expect(types.filter((type) => type === 'stock-rejected')).toHaveLength(10);
    expect(world.stock.get(lamp)).toMatchObject({ onHand: 10, held: 10 });
  });

  it('When the rows never hold still, then the event is given back as overloaded', async () => {
    const world = makeWorld();
    const products = makeProductStore({ products: new Map([[C, product(C, 5)]]) });
    const reservations = { ...world.reservations, hold: async () => 'short' as const };
    const reserve = makeReserveStock({ products, reservations, clock: world.clock, newId: world.newId });
    expect(await codeOfPromise(reserve(placed(world, [{ productId: C, quantity: 1 }])))).toBe('overloaded');
  });
});

describe('release-stock', () => {
  it('When an order is closed, then its units go back, once', async () => {
    const world = makeWorld();
    const lamp = await world.stockUp(5);
    await world.reserveStock(placed(world, [{ productId: lamp, quantity: 2 }]));
    const event = closed(world);
    await Promise.all([world.releaseStock(event), world.releaseStock(event)]);
    await world.releaseStock(closed(world));
    expect(world.stock.get(lamp)).toMatchObject({ onHand: 5, held: 0 });
  });

  it('When the close comes before the order, then a tombstone stays and a late order holds nothing, silently', async () => {
    const world = makeWorld();
    const lamp = await world.stockUp(5);
    await world.releaseStock(closed(world));
    expect(await world.reservations.find(ORDER)).toEqual({ orderId: ORDER, state: 'RELEASED' });
    await world.reserveStock(placed(world, [{ productId: lamp, quantity: 2 }]));
    expect(world.stock.get(lamp)).toMatchObject({ held: 0 });
    expect(world.inventoryOutbox.size).toBe(0);
  });

  it('When a rejected order is closed, then nothing happens', async () => {
    const world = makeWorld();
    const lamp = await world.stockUp(1);
    await world.reserveStock(placed(world, [{ productId: lamp, quantity: 2 }]));
    await world.releaseStock(closed(world));
    expect(await world.reservations.find(ORDER)).toMatchObject({ state: 'REJECTED' });
    expect(world.stock.get(lamp)).toMatchObject({ held: 0 });
  });

  it('When the order and its close race, then nothing stays held', async () => {
    const world = makeWorld();
    const lamp = await world.stockUp(5);
    await Promise.all([
      world.reserveStock(placed(world, [{ productId: lamp, quantity: 2 }])),
      world.releaseStock(closed(world)),
    ]);
    expect(world.stock.get(lamp)).toMatchObject({ held: 0 });
  });
});
