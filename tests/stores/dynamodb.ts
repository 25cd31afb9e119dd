import type { AwsAccess } from '@duet/shared/adapters/aws/access.ts';
import { type JsonCall, makeJsonCall } from '@duet/shared/adapters/aws/json-call.ts';
import { makeAccountStore } from '@duet/shared/adapters/dynamodb/account-store.ts';
import { makeAttemptStore } from '@duet/shared/adapters/dynamodb/attempt-store.ts';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeKeyStore } from '@duet/shared/adapters/dynamodb/key-store.ts';
import { makeOrderStore } from '@duet/shared/adapters/dynamodb/order-store.ts';
import { makeOutboxStore } from '@duet/shared/adapters/dynamodb/outbox-store.ts';
import { makePhotoStore } from '@duet/shared/adapters/dynamodb/photo-store.ts';
import { makeProductStore } from '@duet/shared/adapters/dynamodb/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/dynamodb/reservation-store.ts';
import { makeSessionStore } from '@duet/shared/adapters/dynamodb/session-store.ts';
import type { DomainEvent } from '@duet/shared/events/event.ts';
import type { Implementation, Stores } from './implementations.ts';
import { startTestCloud } from './local-cloud.ts';

type Key = { readonly pk: unknown; readonly sk: unknown };

const emptyTable = async (call: JsonCall, table: string): Promise<void> => {
  const { Items } = await call('Scan', { TableName: table });
  await Promise.all(
    (Items as readonly Key[]).map(({ pk, sk }) => call('DeleteItem', { TableName: table, Key: { pk, sk } })),
  );
};

/** The tables of serverless.yml by the context that they belong to. */
const tablesOf = (names: readonly string[]) => {
  const of = (context: string): string => {
    const table = names.find((name) => name.endsWith(`-${context}`));
    if (table === undefined) throw new Error(`serverless.yml has no table for ${context}`);
    return table;
  };
  return { auth: of('auth'), inventory: of('inventory'), images: of('images'), orders: of('orders') };
};

const openStores = (access: AwsAccess, tables: ReturnType<typeof tablesOf>): Stores => {
  const client = makeDynamoClient(access);
  const events: DomainEvent[] = [];
  const committed = (written: readonly DomainEvent[]) => void events.push(...written);
  return {
    accounts: makeAccountStore({ client, table: tables.auth }),
    sessions: makeSessionStore({ client, table: tables.auth }),
    attempts: makeAttemptStore({ client, table: tables.auth }),
    keys: makeKeyStore({ client, table: tables.auth }),
    products: makeProductStore({ client, table: tables.inventory }),
    reservations: makeReservationStore({ client, table: tables.inventory, committed }),
    inventoryOutbox: makeOutboxStore({ client, table: tables.inventory }),
    photos: makePhotoStore({ client, table: tables.images }),
    orders: makeOrderStore({ client, table: tables.orders, committed }),
    orderOutbox: makeOutboxStore({ client, table: tables.orders }),
    committed: events,
  };
};

/** DynamoDB, as the local cloud serves it: with the tables and indexes of serverless.yml. */
export const dynamodb: Implementation = {
  name: 'dynamodb',
  forgets: 'by-itself',
  start: async () => {
    const cloud = await startTestCloud();
    const access = cloud.access('DYNAMODB');
    const call = makeJsonCall(access, 'dynamodb', 'DynamoDB_20120810');
    const names = cloud.template.tables.map(({ name }) => name);
    return {
      open: async () => {
        for (const name of names) await emptyTable(call, name);
        return openStores(access, tablesOf(names));
      },
      stop: cloud.close,
    };
  },
};
