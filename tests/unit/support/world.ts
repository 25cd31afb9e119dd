import { makeEventBus } from '@duet/shared/adapters/memory/event-bus.ts';
import { makeImageStore } from '@duet/shared/adapters/memory/image-store.ts';
import { makeOrderStore } from '@duet/shared/adapters/memory/order-store.ts';
import { type MemoryOutbox, makeOutboxStore } from '@duet/shared/adapters/memory/outbox-store.ts';
import { makePhotoStore } from '@duet/shared/adapters/memory/photo-store.ts';
import { type MemoryProducts, makeProductStore } from '@duet/shared/adapters/memory/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/memory/reservation-store.ts';
import type { DomainEvent } from '@duet/shared/events/event.ts';
import type { EventBus } from '@duet/shared/events/ports.ts';
import { makeReceiveEvent } from '@duet/shared/events/receive-event.ts';
import { makeRelayEvents } from '@duet/shared/events/relay-events.ts';
import { makeProductPhotos } from '@duet/shared/images/view-photo.ts';
import { makeCreateProduct } from '@duet/shared/inventory/create-product.ts';
import { makeGetProduct } from '@duet/shared/inventory/get-product.ts';
import { makeListProducts } from '@duet/shared/inventory/list-products.ts';
import { makeReleaseStock } from '@duet/shared/inventory/release-stock.ts';
import { makeReserveStock } from '@duet/shared/inventory/reserve-stock.ts';
import { makeSetStock } from '@duet/shared/inventory/set-stock.ts';
import { makeUpdateProduct } from '@duet/shared/inventory/update-product.ts';
import { fingerprintOf, type IdempotencyScope } from '@duet/shared/kernel/idempotency.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import type { User } from '@duet/shared/kernel/user.ts';
import { makeCancelOrder } from '@duet/shared/orders/cancel-order.ts';
import { makeGetOrder } from '@duet/shared/orders/get-order.ts';
import { makeListOrders } from '@duet/shared/orders/list-orders.ts';
import { makePlaceOrder } from '@duet/shared/orders/place-order.ts';
import { makeSettleOrder } from '@duet/shared/orders/settle-order.ts';
import { makeSweepOrders } from '@duet/shared/orders/sweep-orders.ts';

/** The n-th id of a kind: a UUID whose order is that of n. */
export const idOf = (n: number, kind = 0): string =>
  `0198c1a0-${kind.toString(16).padStart(4, '0')}-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Customers. */
export const ada: User = { id: idOf(1, 0xada), role: 'customer' };
export const bob: User = { id: idOf(1, 0xb0b), role: 'customer' };

let keys = 0;

/** An idempotency scope for a request: with a new key unless one is given. */
export const scopeOf = (user: User, route: string, input: unknown, key?: string): IdempotencyScope => {
  keys += 1;
  return {
    userId: user.id,
    route,
    key: key ?? `key-${String(keys).padStart(8, '0')}`,
    fingerprint: fingerprintOf(input),
  };
};

/** What a bus hands on: by default every event to its consumer, at once and once. */
export type Deliver = (event: DomainEvent, receive: (event: DomainEvent) => Promise<void>) => Promise<void>;

/**
 * Orders and inventory over memory stores, with a clock that stands still until a test moves it and a bus that a test
 * can disturb: everything of the two contexts that is not I/O, wired as a stack wires it.
 */
export const makeWorld = (deliver: Deliver = (event, receive) => receive(event)) => {
  const time = { now: Date.parse('2026-10-18T12:00:00.000Z') };
  const clock = () => time.now;
  let ids = 0;
  const newId = () => {
    ids += 1;
    return idOf(ids);
  };
  const ordersOutbox: MemoryOutbox = new Map();
  const inventoryOutbox: MemoryOutbox = new Map();
  const stock: MemoryProducts = new Map();
  const orderStore = makeOrderStore({ outbox: ordersOutbox });
  const products = makeProductStore({ products: stock });
  const reservations = makeReservationStore({ products: stock, outbox: inventoryOutbox });
  const photos = makeProductPhotos({ photos: makePhotoStore() });
  const ordersDeps = { orders: orderStore, clock, newId };
  const catalogueDeps = { products, photos, clock, newId };

  const reserveStock = makeReserveStock({ products, reservations, clock, newId });
  const releaseStock = makeReleaseStock({ reservations, clock });
  const settleOrder = makeSettleOrder(ordersDeps);
  const inventoryReceives = makeReceiveEvent({ 'order-placed': reserveStock, 'order-closed': releaseStock });
  const ordersReceive = makeReceiveEvent({ 'stock-reserved': settleOrder, 'stock-rejected': settleOrder });

  const relayOf = (outbox: MemoryOutbox, bus: EventBus) =>
    makeRelayEvents({ outbox: makeOutboxStore({ outbox }), bus, clock, random: () => 0.5, log: silentLog });
  const busTo = (receive: (event: DomainEvent) => Promise<void>): EventBus =>
    makeEventBus({ receive: (event) => deliver(event, receive) });
  const relayOrders = relayOf(ordersOutbox, busTo(inventoryReceives));
  const relayInventory = relayOf(inventoryOutbox, busTo(ordersReceive));

  const placeOrder = makePlaceOrder(ordersDeps);
  const createProduct = makeCreateProduct(catalogueDeps);
  return {
    time,
    clock,
    newId,
    stock,
    orderStore,
    reservations,
    ordersOutbox,
    inventoryOutbox,
    imageStore: makeImageStore(),
    createProduct,
    updateProduct: makeUpdateProduct(catalogueDeps),
    setStock: makeSetStock(catalogueDeps),
    getProduct: makeGetProduct(catalogueDeps),
    listProducts: makeListProducts(catalogueDeps),
    placeOrder,
    cancelOrder: makeCancelOrder(ordersDeps),
    getOrder: makeGetOrder(ordersDeps),
    listOrders: makeListOrders(ordersDeps),
    sweepOrders: makeSweepOrders(ordersDeps),
    reserveStock,
    releaseStock,
    settleOrder,
    relayOrders,
    relayInventory,
    /** One pass over both outboxes. Returns how many events were sent. */
    relay: async () => (await relayOrders()).sent + (await relayInventory()).sent,
    /** Relays until nothing that is due waits. */
    settle: async () => {
      while ((await relayOrders()).sent + (await relayInventory()).sent > 0);
    },
    /** The events that wait in an outbox, oldest first. */
    waiting: (outbox: MemoryOutbox) => [...outbox.values()].map(({ event }) => event),
    /** Adds a product with that many units and returns its id. */
    stockUp: async (onHand: number, priceCents = 250): Promise<string> => {
      const input = { name: 'Lamp', description: '', priceCents, onHand };
      return (
        await createProduct(input, scopeOf({ id: idOf(1, 0xad), role: 'admin' }, 'create-product', input))
      ).body.id;
    },
    /** Places an order of lines given as [product id, quantity]. */
    order: async (user: User, ...lines: readonly (readonly [productId: string, quantity: number])[]) => {
      const input = { lines: lines.map(([productId, quantity]) => ({ productId, quantity })) };
      return (await placeOrder(user, input, scopeOf(user, 'place-order', input))).body;
    },
  };
};

/** The world of a test. */
export type World = ReturnType<typeof makeWorld>;
