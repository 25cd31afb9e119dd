import type { DomainEvent } from '@duet/shared/events/event.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from './support/code-of.ts';
import { ada, bob, type Deliver, makeWorld, type World } from './support/world.ts';

/** What the network does with one delivery. A lost event is tried again by the relay; a lost reply too. */
type Fate = 'arrives' | 'is-lost' | 'arrives-but-the-reply-is-lost' | 'arrives-twice' | 'comes-late';

const fate = fc.constantFrom<Fate>(
  'arrives',
  'is-lost',
  'arrives-but-the-reply-is-lost',
  'arrives-twice',
  'comes-late',
);

type Step =
  | { readonly do: 'place'; readonly lines: readonly (readonly [product: number, quantity: number])[] }
  | { readonly do: 'cancel'; readonly order: number }
  | { readonly do: 'set-stock'; readonly product: number; readonly onHand: number }
  | { readonly do: 'relay-orders' | 'relay-inventory' | 'late-events' | 'sweep' }
  | { readonly do: 'wait'; readonly seconds: number };

const PRODUCTS = 3;
const product = fc.nat({ max: PRODUCTS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('place' as const),
      lines: fc.array(fc.tuple(product, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), order: fc.nat({ max: 30 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('set-stock' as const), product, onHand: fc.nat({ max: 12 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'relay-orders' as const,
        'relay-inventory' as const,
        'late-events' as const,
        'sweep' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }),
  },
);

/** A world whose network follows a list of fates, then is well for good. */
const makeStormyWorld = (fates: Fate[]) => {
  const late: (() => Promise<void>)[] = [];
  const deliver: Deliver = async (event, receive) => {
    switch (fates.pop() ?? 'arrives') {
      case 'arrives':
        return receive(event);
      case 'is-lost':
        throw new Error('connection reset before the request');
      case 'arrives-but-the-reply-is-lost':
        await receive(event);
        throw new Error('connection reset after the request');
      case 'arrives-twice':
        await Promise.all([receive(event), receive(structuredClone(event) as DomainEvent)]);
        return;
      default:
        // A copy lingers and comes later, out of order; the sender was told that it had arrived.
        late.push(() => receive(event));
        return receive(event);
    }
  };
  const world = makeWorld(deliver);
  return {
    world,
    calm: () => {
      fates.length = 0;
    },
    lateEvents: async () => {
      for (const arrive of late.splice(0).reverse()) await arrive();
    },
  };
};

const productsOf = (world: World) => [...world.stock.values()];

const expectSoundStock = (world: World): void => {
  for (const { onHand, held } of productsOf(world)) {
    expect(held).toBeGreaterThanOrEqual(0);
    expect(onHand - held).toBeGreaterThanOrEqual(0);
  }
};

/** Units of each product in the lines of orders that are in one of the states. */
const unitsIn = async (world: World, orders: readonly string[], states: readonly string[]) => {
  const units = new Map<string, number>();
  for (const id of orders) {
    const order = await world.orderStore.find(id);
    if (!order || !states.includes(order.state)) continue;
    for (const { productId, quantity } of order.lines)
      units.set(productId, (units.get(productId) ?? 0) + quantity);
  }
  return units;
};

/** Makes the network well and gives every relay, backoff and sweep the time that it needs. */
const comeToRest = async ({ world, calm, lateEvents }: ReturnType<typeof makeStormyWorld>): Promise<void> => {
  calm();
  const end = world.time.now + 16 * 60_000;
  while (world.time.now < end) {
    await world.settle();
    await world.sweepOrders();
    await lateEvents();
    world.time.now += 10_000;
  }
  await world.settle();
};

describe('orders and inventory with a network between them', () => {
  it('When events are lost, doubled and reordered, then stock stays sound and every order settles', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 80 }),
        fc.array(fate, { maxLength: 200 }),
        async (steps, fates) => {
          const stormy = makeStormyWorld([...fates]);
          const { world } = stormy;
          const products: string[] = [];
          for (let n = 0; n < PRODUCTS; n += 1) products.push(await world.stockUp(6));
          const orders: { id: string; user: typeof ada }[] = [];

          for (const [n, action] of steps.entries()) {
            const user = n % 2 === 0 ? ada : bob;
            switch (action.do) {
              case 'place': {
                const lines = action.lines.map(
                  ([index, quantity]) => [products[index] ?? '', quantity] as const,
                );
                orders.push({ id: (await world.order(user, ...lines)).id, user });
                break;
              }
              case 'cancel': {
                const order = orders[action.order % Math.max(1, orders.length)];
                if (order)
                  expect(['invalid-state', undefined]).toContain(
                    await codeOfPromise(world.cancelOrder(order.user, order.id)),
                  );
                break;
              }
              case 'set-stock': {
                const id = products[action.product] ?? '';
                const { version } = await world.getProduct(id);
                expect(['stock-below-reserved', undefined]).toContain(
                  await codeOfPromise(world.setStock(id, version, { onHand: action.onHand })),
                );
                break;
              }
              case 'relay-orders':
                await world.relayOrders();
                break;
              case 'relay-inventory':
                await world.relayInventory();
                break;
              case 'late-events':
                await stormy.lateEvents();
                break;
              case 'sweep':
                await world.sweepOrders();
                break;
              case 'wait':
                world.time.now += action.seconds * 1_000;
                break;
              default:
                action satisfies never;
            }
            expectSoundStock(world);
          }

          await comeToRest(stormy);
          expectSoundStock(world);
          expect([world.ordersOutbox.size, world.inventoryOutbox.size]).toEqual([0, 0]);
          const ids = orders.map(({ id }) => id);
          expect(await unitsIn(world, ids, ['PENDING'])).toEqual(new Map());
          const confirmed = await unitsIn(world, ids, ['CONFIRMED']);
          for (const { id, held } of productsOf(world)) expect(held).toBe(confirmed.get(id) ?? 0);
        },
      ),
      { numRuns: 300 },
    );
  }, 30_000);
});
