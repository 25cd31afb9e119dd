import { makeOutboxStore } from '@duet/shared/adapters/dynamodb/outbox-store.ts';
import { makeProductStore } from '@duet/shared/adapters/dynamodb/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/dynamodb/reservation-store.ts';
import { newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { makeDrainEvents } from '@duet/shared/events/drain-events.ts';
import { type Committed, INBOX_MS, type OutboxStore } from '@duet/shared/events/ports.ts';
import { makeProductPhotos } from '@duet/shared/images/view-photo.ts';
import { makeCreateProduct } from '@duet/shared/inventory/create-product.ts';
import { makeGetProduct } from '@duet/shared/inventory/get-product.ts';
import { makeListProducts } from '@duet/shared/inventory/list-products.ts';
import type { ProductStore, ReservationStore } from '@duet/shared/inventory/ports.ts';
import { makeReleaseStock } from '@duet/shared/inventory/release-stock.ts';
import { makeReserveStock } from '@duet/shared/inventory/reserve-stock.ts';
import { makeSetStock } from '@duet/shared/inventory/set-stock.ts';
import { makeUpdateProduct } from '@duet/shared/inventory/update-product.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { type Access, composeAccess, composeRelay, tableOf } from '../edge/compose.ts';
import { makeFreshEvents } from '../edge/fresh-events.ts';
import type { FunctionLog } from '../edge/log.ts';
import { photosIn } from '../images/compose.ts';

const productsIn = async (access: Access): Promise<ProductStore> => {
  if ('pool' in access) {
    const postgres = await import('@duet/shared/adapters/postgres/product-store.ts');
    return postgres.makeProductStore({ pool: access.pool });
  }
  return makeProductStore({ client: access.client, table: tableOf('INVENTORY_TABLE') });
};

const reservationsIn = async (access: Access, committed: Committed): Promise<ReservationStore> => {
  if ('pool' in access) {
    const postgres = await import('@duet/shared/adapters/postgres/reservation-store.ts');
    return postgres.makeReservationStore({ pool: access.pool, committed });
  }
  return makeReservationStore({ client: access.client, table: tableOf('INVENTORY_TABLE'), committed });
};

const outboxIn = async (access: Access): Promise<OutboxStore> => {
  if ('pool' in access) {
    const postgres = await import('@duet/shared/adapters/postgres/outbox-store.ts');
    return postgres.makeOutboxStore({ pool: access.pool });
  }
  return makeOutboxStore({ client: access.client, table: tableOf('INVENTORY_TABLE') });
};

const system = { clock: systemClock, newId: newUuid };
const noEvents: Committed = () => {};

const accessTo = (log: Log): Promise<Access> => composeAccess('INVENTORY_DATABASE_URL', log);

/** The catalogue with the photos of its products, from the images context. */
const shownCatalogue = async (log: Log) => {
  const access = await accessTo(log);
  const [products, photos] = await Promise.all([productsIn(access), photosIn(access)]);
  return { products, photos: makeProductPhotos({ photos }), ...system };
};

/** What GET /products runs. */
export const composeListProducts = async (log: FunctionLog) => makeListProducts(await shownCatalogue(log));

/** What POST /products runs. */
export const composeCreateProduct = async (log: FunctionLog) =>
  makeCreateProduct({ products: await productsIn(await accessTo(log)), ...system });

/** What GET /products/{id} runs. */
export const composeGetProduct = async (log: FunctionLog) => makeGetProduct(await shownCatalogue(log));

/** What PUT /products/{id} runs. */
export const composeUpdateProduct = async (log: FunctionLog) => makeUpdateProduct(await shownCatalogue(log));

/** What PUT /products/{id}/stock runs. */
export const composeSetStock = async (log: FunctionLog) => makeSetStock(await shownCatalogue(log));

const ANSWERS = ['stock-reserved', 'stock-rejected'] as const;

/** What consumes order-placed, and `settle` for after a batch. */
export const composeReserveStock = async (log: FunctionLog) => {
  const access = await accessTo(log);
  const fresh = makeFreshEvents(log);
  const [products, reservations, outbox] = await Promise.all([
    productsIn(access),
    reservationsIn(access, fresh.committed),
    outboxIn(access),
  ]);
  fresh.through(composeRelay(outbox, ANSWERS, log));
  return { run: makeReserveStock({ products, reservations, ...system }), settle: fresh.settle };
};

/** What consumes order-closed. It emits nothing. */
export const composeReleaseStock = async (log: FunctionLog) =>
  makeReleaseStock({ reservations: await reservationsIn(await accessTo(log), noEvents), ...system });

/** What the schedule runs over the outbox; it also forgets old event ids where the store does not do so itself. */
export const composeRelayInventoryEvents = async (log: FunctionLog) => {
  const access = await accessTo(log);
  const [outbox, reservations] = await Promise.all([outboxIn(access), reservationsIn(access, noEvents)]);
  const relay = composeRelay(outbox, ANSWERS, log);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const drain = makeDrainEvents({ relay, clock: systemClock, wait });
  return async (budgetMs: number): Promise<number> => {
    await reservations.forgetInbox(systemClock() - INBOX_MS);
    return drain(budgetMs);
  };
};
