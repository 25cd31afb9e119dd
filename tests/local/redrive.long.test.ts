import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeOrderStore as makeDynamoOrders } from '@duet/shared/adapters/dynamodb/order-store.ts';
import { makeOutboxStore as makeDynamoOutbox } from '@duet/shared/adapters/dynamodb/outbox-store.ts';
import { makeOrderStore } from '@duet/shared/adapters/postgres/order-store.ts';
import { makeOutboxStore } from '@duet/shared/adapters/postgres/outbox-store.ts';
import { makePool } from '@duet/shared/adapters/postgres/pool.ts';
import { makeQueue, makeSqsCall } from '@duet/shared/adapters/sqs/queue.ts';
import { newUuid } from '@duet/shared/adapters/system/system.ts';
import type { DomainEvent } from '@duet/shared/events/event.ts';
import type { OutboxStore } from '@duet/shared/events/ports.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import { makePlaceOrder } from '@duet/shared/orders/place-order.ts';
import type { OrderStore } from '@duet/shared/orders/ports.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessOf } from '../../local/redrive-access.ts';
import { LOCAL_STAGE } from '../../local/stacks-serverless.ts';
import { Administrator } from '../../local/start-administrator.ts';
import { type RunningStack, readRunning } from '../../local/start-lock.ts';
import type { StackName } from '../../local/start-options.ts';
import { newKey, newProduct, readProduct, settled } from '../support/goods.ts';
import { newCustomer } from '../support/people.ts';
import type { Shop } from '../support/shop.ts';
import { makeHttpWire } from '../support/wire.ts';
import { endAll, script, startChild } from './start-child.ts';
import { temporaryFolder } from './temporary-folder.ts';

const parent = temporaryFolder();
const data = join(parent, 'data');
const start = startChild(data, '--no-seed');
const { wire, close } = makeHttpWire();
const pools: { end: () => Promise<void> }[] = [];

beforeAll(start.ready);

afterAll(async () => {
  close();
  for (const pool of pools) await pool.end();
  await endAll([start.child], data);
  rmSync(parent, { recursive: true, force: true });
});

/** Far longer than the test takes, in ms: what is due only then is taken by nobody. */
const A_DAY = 24 * 60 * 60 * 1_000;

type Stores = { readonly orders: OrderStore; readonly outbox: OutboxStore };

const storesOf = ({ store, env }: RunningStack): Stores => {
  if (store === 'postgres') {
    const pool = makePool({ url: env['ORDERS_DATABASE_URL'] ?? '', max: 1, log: silentLog });
    pools.push(pool);
    return { orders: makeOrderStore({ pool }), outbox: makeOutboxStore({ pool }) };
  }
  const at = { client: makeDynamoClient(accessOf(env, 'DYNAMODB')), table: `duet-${LOCAL_STAGE}-orders` };
  return { orders: makeDynamoOrders(at), outbox: makeDynamoOutbox(at) };
};

/** A stack that runs, with somebody who may put things right there. */
const openStack = async (name: StackName) => {
  const stack = readRunning(data)?.stacks[name];
  if (!stack) throw new Error(`${name} does not run: ${start.said.text}`);
  const who = ['operator@example.com', '--stack', name, '--data', data, '--json'];
  const { out } = await script('local/administrator.ts', ...who);
  const admin = Administrator.parse(JSON.parse(out));
  const origins = { ...stack.urls, images: stack.urls.inventory };
  const shop: Shop = { name, origins, admin, wire, seen: new Set() };
  const { orders, outbox } = storesOf(stack);
  const customer = await newCustomer(shop);
  const product = await newProduct(shop, { onHand: 5 });

  /** Places an order of one unit by a clock that is a day ahead: its event, due then, is in the test's hands. */
  const placeUnsent = async (): Promise<{ id: string; event: DomainEvent }> => {
    const events: DomainEvent[] = [];
    const place = makePlaceOrder({
      orders: {
        ...orders,
        place: (order, sweepAt, record, told) => {
          events.push(...told);
          return orders.place(order, sweepAt, record, told);
        },
      },
      clock: () => Date.now() + A_DAY,
      newId: newUuid,
    });
    const scope = { userId: customer.id, route: 'POST /orders', key: newKey(), fingerprint: 'none' };
    const lines = [{ productId: product.id, quantity: 1 }];
    const placed = await place({ id: customer.id, role: 'customer' }, { lines }, scope);
    const [event] = events;
    if (!event) throw new Error('an order tells of itself');
    return { id: placed.body.id, event };
  };

  return {
    env: stack.env,
    outbox,
    /** An order whose event the relay has given up. */
    placeWithDeadEvent: async (): Promise<string> => {
      const { id, event } = await placeUnsent();
      await outbox.bury(event.id, 20);
      return id;
    },
    /** An order whose event was sent, and that its consumer has failed to handle too often. */
    placeWithDeadMessage: async (): Promise<string> => {
      const { id, event } = await placeUnsent();
      await outbox.markSent([event.id]);
      const sqs = makeSqsCall(accessOf(stack.env, 'SQS'));
      const QueueName = `duet-${LOCAL_STAGE}-reserve-stock-dlq`;
      const url = String((await sqs('GetQueueUrl', { QueueName }))['QueueUrl']);
      expect(await makeQueue({ sqs, url }).send([JSON.stringify(event)])).toEqual([undefined]);
      return id;
    },
    stateOf: async (id: string) => (await orders.find(id))?.state,
    settledState: async (id: string) => (await settled(shop, customer, id)).state,
    held: async () => (await readProduct(shop, product.id)).stock.held,
  };
};

/** Runs a function of the serverless stack now; its schedule would within the minute. */
const invoke = async (env: RunningStack['env'], name: string): Promise<void> => {
  const url = `${env['INVOKE_URL']}/2015-03-31/functions/duet-${LOCAL_STAGE}-${name}/invocations`;
  const headers = { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' };
  expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(202);
};

/** Every line that redrive says, with its number. */
const counts = (microservices: number, serverless: number, messages: number): string =>
  [
    `microservices  dead events of orders that are due again: ${microservices}`,
    'microservices  dead events of inventory that are due again: 0',
    `serverless  dead events of orders that are due again: ${serverless}`,
    'serverless  dead events of inventory that are due again: 0',
    `serverless  dead messages that went back to reserve-stock: ${messages}`,
    'serverless  dead messages that went back to release-stock: 0',
    'serverless  dead messages that went back to settle-order: 0',
    'serverless  failed resizes that run again: 0',
    '',
  ].join('\n');

it('When events and messages are dead, then redrive says how many, their orders settle, and a second run finds none', async () => {
  const [left, right] = await Promise.all([openStack('microservices'), openStack('serverless')]);
  const onLeft = [await left.placeWithDeadEvent(), await left.placeWithDeadEvent()];
  const [dead, failed] = [await right.placeWithDeadEvent(), await right.placeWithDeadMessage()];
  expect(await left.outbox.count()).toEqual({ waiting: 0, dead: 2 });
  expect(await right.outbox.count()).toEqual({ waiting: 0, dead: 1 });
  const before = await Promise.all([...onLeft.map(left.stateOf), ...[dead, failed].map(right.stateOf)]);
  expect(before).toEqual(['PENDING', 'PENDING', 'PENDING', 'PENDING']);

  expect(await script('local/redrive.ts', '--data', data)).toEqual({ code: 0, out: counts(2, 1, 1) });
  await invoke(right.env, 'relayOrderEvents');
  const states = await Promise.all([
    ...onLeft.map(left.settledState),
    ...[dead, failed].map(right.settledState),
  ]);
  expect(states).toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED']);
  expect([await left.held(), await right.held()]).toEqual([2, 2]);

  expect(await script('local/redrive.ts', '--data', data)).toEqual({ code: 0, out: counts(0, 0, 0) });
  expect(await left.outbox.count()).toEqual({ waiting: 0, dead: 0 });
  expect(await right.outbox.count()).toEqual({ waiting: 0, dead: 0 });
});
