import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePasswordHasher } from '@duet/shared/adapters/argon2/password-hasher.ts';
import { makeImageStore } from '@duet/shared/adapters/files/image-store.ts';
import { makeVerifyUpload } from '@duet/shared/adapters/files/upload-token.ts';
import { makeEventBus } from '@duet/shared/adapters/http/event-bus.ts';
import { makeFetchJwks } from '@duet/shared/adapters/http/jwks-source.ts';
import { makeAccountStore } from '@duet/shared/adapters/memory/account-store.ts';
import { makeAttemptStore } from '@duet/shared/adapters/memory/attempt-store.ts';
import { makeKeyStore } from '@duet/shared/adapters/memory/key-store.ts';
import { makeOrderStore } from '@duet/shared/adapters/memory/order-store.ts';
import { type MemoryOutbox, makeOutboxStore } from '@duet/shared/adapters/memory/outbox-store.ts';
import { makePhotoStore } from '@duet/shared/adapters/memory/photo-store.ts';
import { type MemoryProducts, makeProductStore } from '@duet/shared/adapters/memory/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/memory/reservation-store.ts';
import { makeSessionStore } from '@duet/shared/adapters/memory/session-store.ts';
import { makeResizer } from '@duet/shared/adapters/sharp/resizer.ts';
import { newRandomSecret, newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { makeCreateAdministrator } from '@duet/shared/auth/create-administrator.ts';
import type { PasswordHasher } from '@duet/shared/auth/ports.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import type { ProductStore, ReservationStore } from '@duet/shared/inventory/ports.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import { makeCancelOrder } from '@duet/shared/orders/cancel-order.ts';
import type { OrderStore } from '@duet/shared/orders/ports.ts';
import { wireAuth } from '../../microservices/auth/wire.ts';
import { makeApp } from '../../microservices/edge/app.ts';
import { makeRequestIds } from '../../microservices/edge/request-ids.ts';
import { type Listening, listen } from '../../microservices/edge/server.ts';
import type { Service } from '../../microservices/edge/service.ts';
import { wireInventory } from '../../microservices/inventory/wire.ts';
import { cancelOrder } from '../../microservices/orders/cancel-order.ts';
import { wireOrders } from '../../microservices/orders/wire.ts';
import { newCredentials } from './people.ts';
import type { Shop } from './shop.ts';
import type { Wire } from './wire.ts';

/** Parts of the stack that a test may replace: how a stack is broken on purpose. */
export type Replaced = {
  readonly orders?: (store: OrderStore) => OrderStore;
  readonly products?: (store: ProductStore) => ProductStore;
  readonly reservations?: (store: ReservationStore, products: MemoryProducts) => ReservationStore;
  /** The store as the cancel use case alone sees it. */
  readonly cancelled?: (store: OrderStore) => OrderStore;
  readonly hasher?: PasswordHasher;
};

const same = <T>(value: T): T => value;
/** A hasher that costs nothing, for tests in process to which passwords do not matter. */
export const quickHasher: PasswordHasher = {
  hash: async (password) => `quick ${password}`,
  verify: async (hash, password) => hash === `quick ${password}`,
};

const store = {
  prepare: async () => {},
  ready: async () => {},
  close: async () => {},
};
const issuer = 'duet-auth';
const system = { clock: systemClock, newId: newUuid };

/** A service that listens before it is wired, for its peers have to know its port. */
const open = async () => {
  let app: RequestListener = (_req, res) => res.writeHead(503).end();
  const requestIds = makeRequestIds();
  const log = { ...silentLog, flush: () => {} };
  let onStop = async (): Promise<void> => {};
  const listening: Listening = await listen((req, res) => app(req, res), {
    host: '127.0.0.1',
    port: 0,
    drainMs: 0,
    ready: async () => {},
    onStop: () => onStop(),
    log,
    requestIds,
  });
  const run = (service: Service): void => {
    app = makeApp({ ...service, trustProxy: 1, log });
    const loops = service.start();
    onStop = async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await service.close();
    };
  };
  return { url: `http://127.0.0.1:${listening.port}`, tools: { log, requestIds }, run, stop: listening.stop };
};

/**
 * Starts the three microservices in this process, over stores in memory: the real apps, the real events between them,
 * nothing that needs starting up.
 *
 * @param name for titles
 * @param wire how their clients reach them
 */
export const startInProcess = async (
  name: string,
  wire: Wire,
  {
    orders = same,
    products = same,
    reservations = same,
    cancelled,
    hasher = makePasswordHasher(),
  }: Replaced = {},
): Promise<{ readonly shop: Shop; readonly stop: () => Promise<void> }> => {
  const dir = await mkdtemp(join(tmpdir(), 'duet-in-process-'));
  const [auth, inventory, order] = await Promise.all([open(), open(), open()]);
  const jwks = ({ url }: { url: string }) => makeFetchJwks({ url: `${url}/.well-known/jwks.json` });

  const accounts = makeAccountStore();
  const stores = { accounts, sessions: makeSessionStore(), attempts: makeAttemptStore() };
  auth.run(
    wireAuth(
      {
        ...system,
        store: { ...store, keys: makeKeyStore(), ...stores },
        hasher,
        newSecret: newRandomSecret,
        issuer,
      },
      auth.tools,
    ),
  );

  inventory.run(
    wireInventory(
      {
        ...system,
        issuer,
        makeStore: (committed) => {
          const outbox: MemoryOutbox = new Map();
          const shelf: MemoryProducts = new Map();
          const held = makeReservationStore({ products: shelf, outbox, committed });
          return {
            ...store,
            keys: makeKeyStore(),
            outbox: makeOutboxStore({ outbox }),
            photos: makePhotoStore(),
            products: products(makeProductStore({ products: shelf })),
            reservations: reservations(held, shelf),
          };
        },
        makeImages: (sign) =>
          makeImageStore({ dir, uploadUrl: `${inventory.url}/uploads`, sign, clock: systemClock }),
        makeVerifyUpload: (keys) => makeVerifyUpload({ keys, clock: systemClock }),
        resize: makeResizer(),
        makeBus: (token) =>
          makeEventBus({ subscribers: { 'stock-reserved': order.url, 'stock-rejected': order.url }, token }),
        fetchAuthJwks: jwks(auth),
        fetchOrdersJwks: jwks(order),
      },
      inventory.tools,
    ),
  );

  let kept = makeOrderStore();
  const service = wireOrders(
    {
      ...system,
      issuer,
      makeStore: (committed) => {
        const outbox: MemoryOutbox = new Map();
        kept = orders(makeOrderStore({ outbox, committed }));
        return { ...store, keys: makeKeyStore(), outbox: makeOutboxStore({ outbox }), orders: kept };
      },
      makeBus: (token) =>
        makeEventBus({
          subscribers: { 'order-placed': inventory.url, 'order-closed': inventory.url },
          token,
        }),
      fetchAuthJwks: jwks(auth),
      fetchInventoryJwks: jwks(inventory),
    },
    order.tools,
  );
  const served = service.served.map((one) =>
    cancelled && one.route === routes.cancelOrder
      ? { ...one, handler: cancelOrder(makeCancelOrder({ ...system, orders: cancelled(kept) })) }
      : one,
  );
  order.run({ ...service, served });

  const admin = newCredentials();
  await makeCreateAdministrator({ ...system, accounts, hasher })(admin);
  const origins = { auth: auth.url, inventory: inventory.url, images: inventory.url, orders: order.url };
  return {
    shop: { name, origins, admin, wire, seen: new Set() },
    stop: async () => {
      await Promise.all([order.stop(), inventory.stop(), auth.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
};
