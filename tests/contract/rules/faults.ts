import assert from 'node:assert/strict';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { keyOf } from '@duet/shared/adapters/dynamodb/keys.ts';
import pg from 'pg';
import { newKey, newProduct, unknownId } from '../../support/goods.ts';
import { newCustomer } from '../../support/people.ts';
import { call, ok, refused } from '../../support/shop.ts';
import type { StackInHand } from '../../support/stack-client.ts';
import { stackOf, storeOf } from '../../support/stack-names.ts';
import { until } from '../../support/until.ts';

/** A rule about faults, which takes more than requests to bring about. */
export type FaultRule = { readonly title: string; readonly run: (stack: StackInHand) => Promise<void> };

const environmentOf = ({ running }: StackInHand, name: string): string => {
  const value = running.env[name];
  if (value === undefined) throw new Error(`${running.name} has no ${name}`);
  return value;
};

/** Runs `work` with a connection of its own to the database of the orders. */
const withOrders = async <T>(stack: StackInHand, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client(environmentOf(stack, 'ORDERS_DATABASE_URL'));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const ordersTable = (stack: StackInHand): string =>
  `duet-${stackOf(stack.running.name) === 'serverless' ? 'local' : 'services'}-orders`;

/** Writes an order that lacks nearly everything, past all code of the shop. Returns its id. */
const spoiledOrder = async (stack: StackInHand, userId: string): Promise<string> => {
  const id = unknownId();
  const client = makeDynamoClient({
    region: environmentOf(stack, 'AWS_REGION'),
    endpoint: environmentOf(stack, 'AWS_ENDPOINT_URL_DYNAMODB'),
    credentials: () => ({
      accessKeyId: environmentOf(stack, 'AWS_ACCESS_KEY_ID'),
      secretAccessKey: environmentOf(stack, 'AWS_SECRET_ACCESS_KEY'),
    }),
  });
  await client.transact(ordersTable(stack), [{ put: { ...keyOf.order(id), id, userId } }]);
  return id;
};

const contend = async (stack: StackInHand, method: 'POST' | 'DELETE', text: string): Promise<void> => {
  await fetch(`${environmentOf(stack, 'CLOUD_CONTROL_URL')}/contention/${text}`, { method });
};

/** Meets a fault that the code did not expect: the reply tells nothing of it. */
const unexpectedFault = async (stack: StackInHand): Promise<void> => {
  const { shop } = stack;
  const { id: userId, token } = await newCustomer(shop);
  const read = async (id: string): Promise<void> => {
    const { json } = await refused(shop, 'getOrder', { token, params: { id } }, 'internal');
    assert.deepEqual(Object.keys(json as object).sort(), ['status', 'title', 'type']);
  };
  if (storeOf(stack.running.name) === 'dynamodb') return read(await spoiledOrder(stack, userId));
  await withOrders(stack, async (client) => {
    await client.query('alter table orders rename to orders_elsewhere');
    try {
      await read(unknownId());
    } finally {
      await client.query('alter table orders_elsewhere rename to orders');
    }
  });
};

/** A twin of a request that is under way for longer than one waits for it. */
const slowTwin = async (stack: StackInHand): Promise<void> => {
  const { shop } = stack;
  const { id: userId, token } = await newCustomer(shop);
  const { id: productId } = await newProduct(shop);
  const key = newKey();
  const order = { token, key, body: { lines: [{ productId, quantity: 1 }] } };
  if (storeOf(stack.running.name) === 'dynamodb') {
    await contend(stack, 'POST', key);
    try {
      await refused(shop, 'placeOrder', order, 'idempotency-in-progress');
    } finally {
      await contend(stack, 'DELETE', key);
    }
  } else {
    await withOrders(stack, async (client) => {
      await client.query('begin');
      await client.query(
        `insert into idempotency (user_id, route, key, fingerprint, status, location, body)
         values ($1, 'place-order', $2, 'x', 202, '/', '{}')`,
        [userId, key],
      );
      await refused(shop, 'placeOrder', order, 'idempotency-in-progress');
      await client.query('rollback');
    });
  }
  // Neither left anything behind: the key is as good as new.
  const { headers } = await ok(shop, 'placeOrder', order);
  assert.equal(headers['idempotency-replayed'], undefined);
};

/** A store that does not answer, and then does again. */
const storeAway = async (stack: StackInHand): Promise<void> => {
  const { shop } = stack;
  const { token } = await newCustomer(shop);
  const read = { token, params: { id: unknownId() } };
  if (storeOf(stack.running.name) === 'dynamodb') {
    await stack.kill('cloud');
    try {
      await refused(shop, 'getOrder', read, 'overloaded');
    } finally {
      await stack.restart('cloud');
    }
  } else {
    await withOrders(stack, async (client) => {
      await client.query('begin');
      await client.query('lock table orders in access exclusive mode');
      await refused(shop, 'getOrder', read, 'overloaded');
      await client.query('rollback');
    });
  }
  await until('the store is used again', async () => {
    const { code } = await call(shop, 'getOrder', read);
    return code === 'not-found' ? code : undefined;
  });
};

/** Faults underneath a stack. They disturb everybody, so each runs alone. */
export const faultRules: readonly FaultRule[] = [
  {
    title:
      'When something fails that nobody expected, then it is internal, and the caller is told nothing of it',
    run: unexpectedFault,
  },
  {
    title:
      'When a twin of a keyed request is still under way, then it is idempotency-in-progress, and later it works',
    run: slowTwin,
  },
  {
    title:
      'When the store does not answer, then it is overloaded with Retry-After, and when it does it is used again',
    run: storeAway,
  },
];
