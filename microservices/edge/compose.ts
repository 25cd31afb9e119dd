/** The technologies that every service of this stack is built on; each service's own `compose.ts` adds its stores. */
import { environmentCredentials } from '@duet/shared/adapters/aws/access.ts';
import { type DynamoClient, makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeKeyStore as makeDynamoKeys } from '@duet/shared/adapters/dynamodb/key-store.ts';
import { makeOutboxStore as makeDynamoOutbox } from '@duet/shared/adapters/dynamodb/outbox-store.ts';
import { makeKeyStore } from '@duet/shared/adapters/postgres/key-store.ts';
import { listenOutbox } from '@duet/shared/adapters/postgres/listen-outbox.ts';
import { migrate } from '@duet/shared/adapters/postgres/migrate.ts';
import { makeOutboxStore } from '@duet/shared/adapters/postgres/outbox-store.ts';
import { makePool, type Pool, ping } from '@duet/shared/adapters/postgres/pool.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import type { EmittingStore, ServiceStore } from './adapters.ts';

/**
 * A service's own database: the pool for its stores, what every store brings, and the outbox of a service that emits.
 *
 * @throws ConfigError when DATABASE_URL is missing or wrong
 */
export const composePostgres = (
  context: 'auth' | 'inventory' | 'orders',
  log: Log,
): { readonly pool: Pool; readonly store: ServiceStore; readonly emitting: () => EmittingStore } => {
  const { DATABASE_URL: url, DATABASE_POOL: max } = readConfig({
    DATABASE_URL: variables.DATABASE_URL,
    DATABASE_POOL: variables.DATABASE_POOL,
  });
  const pool = makePool({ url, max, log });
  const store: ServiceStore = {
    keys: makeKeyStore({ pool }),
    prepare: () => migrate({ url, context }),
    ready: () => ping(pool),
    close: () => pool.end(),
  };
  const emitting = (): EmittingStore => ({
    ...store,
    outbox: makeOutboxStore({ pool }),
    listen: (noticed) => ({ stop: listenOutbox({ url, onWake: noticed, log }).close }),
  });
  return { pool, store, emitting };
};

/**
 * A service's own table: the way to it for its stores, what every store brings, and the outbox of a service that emits.
 *
 * @throws ConfigError when the region or the table's variable is missing
 */
export const composeDynamo = (
  name: 'AUTH_TABLE' | 'INVENTORY_TABLE' | 'ORDERS_TABLE',
): {
  readonly at: { readonly client: DynamoClient; readonly table: string };
  readonly store: ServiceStore;
  readonly emitting: () => EmittingStore;
} => {
  const config = readConfig({
    AWS_REGION: variables.AWS_REGION,
    AWS_ENDPOINT_URL_DYNAMODB: variables.AWS_ENDPOINT_URL_DYNAMODB,
  });
  const client = makeDynamoClient({
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL_DYNAMODB,
    credentials: environmentCredentials,
  });
  const at = { client, table: readConfig({ [name]: variables[name] })[name] as string };
  const keys = makeDynamoKeys(at);
  const store: ServiceStore = { keys, prepare: keys.list, ready: keys.list, close: async () => {} };
  return { at, store, emitting: () => ({ ...store, outbox: makeDynamoOutbox(at) }) };
};
