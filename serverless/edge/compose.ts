/** The technologies that every context of this stack is built on; each context's own `compose.ts` adds its stores. */
import { environmentCredentials } from '@duet/shared/adapters/aws/access.ts';
import { type DynamoClient, makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeFetchJwks } from '@duet/shared/adapters/http/jwks-source.ts';
import type { Pool } from '@duet/shared/adapters/postgres/pool.ts';
import { makeEventBus } from '@duet/shared/adapters/sqs/event-bus.ts';
import { makeSqsCall } from '@duet/shared/adapters/sqs/queue.ts';
import { systemClock } from '@duet/shared/adapters/system/system.ts';
import type { EventType } from '@duet/shared/events/event.ts';
import type { EventBus, OutboxStore } from '@duet/shared/events/ports.ts';
import { makeRelayEvents, type RelayEvents } from '@duet/shared/events/relay-events.ts';
import { makeVerifyAccess } from '@duet/shared/kernel/access.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import { makePublicKeys } from '@duet/shared/kernel/jwks.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { type Authenticate, makeAuthenticate } from './authenticate.ts';
import { carryRequestId } from './fresh-events.ts';
import type { FunctionLog } from './log.ts';

/** An environment serves one invocation at a time: one connection does, and many environments share a database. */
const CONNECTIONS = 1;

/** The way to a context's store, opened at the first call. */
export type Access = { readonly client: DynamoClient } | { readonly pool: Pool };

/** A variable that holds the URL of a context's database. */
type DatabaseVariable = 'AUTH_DATABASE_URL' | 'INVENTORY_DATABASE_URL' | 'ORDERS_DATABASE_URL';

/**
 * The way to the store that STORE names. PostgreSQL's driver is evaluated only where it is used, here and in each context's
 * `compose.ts`: an environment pays for all that it loads. DynamoDB's client is the usual case and weighs little.
 *
 * @param database the variable with the URL of the context's database, for STORE=postgres
 */
export const composeAccess = async (database: DatabaseVariable, log: Log): Promise<Access> => {
  const config = readConfig({
    STORE: variables.STORE,
    AWS_REGION: variables.AWS_REGION,
    AWS_ENDPOINT_URL_DYNAMODB: variables.AWS_ENDPOINT_URL_DYNAMODB,
  });
  if (config.STORE === 'postgres') {
    const url = readConfig({ [database]: variables[database] })[database] as string;
    const { makePool } = await import('@duet/shared/adapters/postgres/pool.ts');
    return { pool: makePool({ url, max: CONNECTIONS, log }) };
  }
  const client = makeDynamoClient({
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL_DYNAMODB,
    credentials: environmentCredentials,
  });
  return { client };
};

/** The name of a context's table. */
export const tableOf = (name: 'AUTH_TABLE' | 'INVENTORY_TABLE' | 'IMAGES_TABLE' | 'ORDERS_TABLE'): string =>
  readConfig({ [name]: variables[name] })[name] as string;

/** Checks access tokens against auth's published keys. */
export const composeAuthenticate = (): Authenticate => {
  const config = readConfig({ JWKS_URL: variables.JWKS_URL, TOKEN_ISSUER: variables.TOKEN_ISSUER });
  const fetchJwks = makeFetchJwks({ url: config.JWKS_URL });
  const keys = makePublicKeys({ fetchJwks, clock: systemClock, waits: true });
  return makeAuthenticate({
    verify: makeVerifyAccess({ keys, clock: systemClock, issuer: config.TOKEN_ISSUER }),
  });
};

/** The variable with the queue of each event type. */
const QUEUES = {
  'order-placed': 'RESERVE_STOCK_QUEUE_URL',
  'order-closed': 'RELEASE_STOCK_QUEUE_URL',
  'stock-reserved': 'SETTLE_ORDER_QUEUE_URL',
  'stock-rejected': 'SETTLE_ORDER_QUEUE_URL',
} as const satisfies Record<EventType, keyof typeof variables>;

const queueBus = (types: readonly EventType[]): EventBus => {
  const queues = Object.fromEntries(types.map((type) => [QUEUES[type], variables[QUEUES[type]]]));
  const config = readConfig({
    ...queues,
    AWS_REGION: variables.AWS_REGION,
    AWS_ENDPOINT_URL_SQS: variables.AWS_ENDPOINT_URL_SQS,
  });
  const urls = config as Readonly<Record<string, string>>;
  const sqs = makeSqsCall({
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL_SQS,
    credentials: environmentCredentials,
  });
  return makeEventBus({
    sqs,
    queueUrls: Object.fromEntries(types.map((type) => [type, urls[QUEUES[type]]])),
  });
};

/**
 * The relay of an outbox to the queues of its events' consumers.
 *
 * @param types the events that this function's context may emit; each needs the URL of its queue in the environment
 */
export const composeRelay = (
  outbox: OutboxStore,
  types: readonly EventType[],
  log: FunctionLog,
): RelayEvents => {
  const bus = carryRequestId(queueBus(types), log);
  return makeRelayEvents({ outbox, bus, clock: systemClock, random: Math.random, log });
};
