import { environmentCredentials } from '@duet/shared/adapters/aws/access.ts';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeKeyStore as makeDynamoKeys } from '@duet/shared/adapters/dynamodb/key-store.ts';
import { makeOrderStore as makeDynamoOrders } from '@duet/shared/adapters/dynamodb/order-store.ts';
import { makeOutboxStore as makeDynamoOutbox } from '@duet/shared/adapters/dynamodb/outbox-store.ts';
import { makeEventBus } from '@duet/shared/adapters/http/event-bus.ts';
import { makeFetchJwks } from '@duet/shared/adapters/http/jwks-source.ts';
import { makeKeyStore } from '@duet/shared/adapters/postgres/key-store.ts';
import { listenOutbox } from '@duet/shared/adapters/postgres/listen-outbox.ts';
import { migrate } from '@duet/shared/adapters/postgres/migrate.ts';
import { makeOrderStore } from '@duet/shared/adapters/postgres/order-store.ts';
import { makeOutboxStore } from '@duet/shared/adapters/postgres/outbox-store.ts';
import { makePool, ping } from '@duet/shared/adapters/postgres/pool.ts';
import { newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import type { Service, Tools } from '../edge/service.ts';
import { type OrdersAdapters, wireOrders } from './wire.ts';

const inPostgres = ({ log }: Tools): OrdersAdapters['makeStore'] => {
  const { DATABASE_URL: url, DATABASE_POOL: max } = readConfig({
    DATABASE_URL: variables.DATABASE_URL,
    DATABASE_POOL: variables.DATABASE_POOL,
  });
  const pool = makePool({ url, max, log });
  return (committed) => ({
    orders: makeOrderStore({ pool, committed }),
    outbox: makeOutboxStore({ pool }),
    keys: makeKeyStore({ pool }),
    prepare: () => migrate({ url, context: 'orders' }),
    ready: () => ping(pool),
    listen: (noticed) => ({ stop: listenOutbox({ url, onWake: noticed, log }).close }),
    close: () => pool.end(),
  });
};

const inDynamo = (): OrdersAdapters['makeStore'] => {
  const config = readConfig({
    AWS_REGION: variables.AWS_REGION,
    AWS_ENDPOINT_URL_DYNAMODB: variables.AWS_ENDPOINT_URL_DYNAMODB,
    ORDERS_TABLE: variables.ORDERS_TABLE,
  });
  const client = makeDynamoClient({
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL_DYNAMODB,
    credentials: environmentCredentials,
  });
  const at = { client, table: config.ORDERS_TABLE };
  const keys = makeDynamoKeys(at);
  return (committed) => ({
    orders: makeDynamoOrders({ ...at, committed }),
    outbox: makeDynamoOutbox(at),
    keys,
    prepare: keys.list,
    ready: keys.list,
    close: async () => {},
  });
};

/** Composes the orders service from its environment. @throws ConfigError naming what is missing or wrong */
export const composeOrders = (tools: Tools): Service => {
  const config = readConfig({
    STORE: variables.STORE,
    AUTH_URL: variables.AUTH_URL,
    INVENTORY_URL: variables.INVENTORY_URL,
    TOKEN_ISSUER: variables.TOKEN_ISSUER,
  });
  const inventory = config.INVENTORY_URL;
  const adapters: OrdersAdapters = {
    makeStore: config.STORE === 'postgres' ? inPostgres(tools) : inDynamo(),
    makeBus: (token) =>
      makeEventBus({ subscribers: { 'order-placed': inventory, 'order-closed': inventory }, token }),
    fetchAuthJwks: makeFetchJwks({ url: config.AUTH_URL + routes.getJwks.path }),
    fetchInventoryJwks: makeFetchJwks({ url: inventory + routes.getJwks.path }),
    issuer: config.TOKEN_ISSUER,
    clock: systemClock,
    newId: newUuid,
  };
  return wireOrders(adapters, tools);
};
