import { makeAttemptStore } from '@duet/shared/adapters/dynamodb/attempt-store.ts';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeOrderStore } from '@duet/shared/adapters/dynamodb/order-store.ts';
import { makeOutboxStore } from '@duet/shared/adapters/dynamodb/outbox-store.ts';
import { makeProductStore } from '@duet/shared/adapters/dynamodb/product-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/dynamodb/reservation-store.ts';
import { makeSessionStore } from '@duet/shared/adapters/dynamodb/session-store.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  closedEvent,
  heldReservation,
  idempotencyRecord,
  inboxEntry,
  later,
  NOW,
  pendingOrder,
  product,
  refreshToken,
} from './fixtures.ts';
import { startTestCloud, type TestCloud } from './local-cloud.ts';
import { type ScriptedAws, startLossyProxy } from './scripted-aws.ts';

describe('DynamoDB when the first answer to every write is lost', () => {
  let cloud: TestCloud;
  let proxy: ScriptedAws;
  const seen = new Set<string>();
  const WRITES = ['TransactWriteItems', 'UpdateItem', 'BatchWriteItem'];
  beforeAll(async () => {
    cloud = await startTestCloud();
    // The same bytes again are the same write, tried again: its answer arrives.
    proxy = await startLossyProxy(cloud.access('DYNAMODB'), ({ operation, body }) => {
      const first = WRITES.includes(operation) && !seen.has(body);
      seen.add(body);
      return first;
    });
  });
  afterAll(async () => {
    await proxy.close();
    await cloud.close();
  });
  const open = (context: string) => ({
    client: makeDynamoClient(proxy.access),
    table: cloud.template.tables.find(({ name }) => name.endsWith(context))?.name ?? '',
  });

  it('When an order is placed and changed, then each takes effect once and knows it', async () => {
    const orders = makeOrderStore(open('orders'));
    const order = pendingOrder();
    expect(await orders.place(order, NOW, idempotencyRecord(), [closedEvent()])).toEqual({ kind: 'created' });
    const change = { ...order, state: 'CANCELLED', sweepAt: null } as const;
    expect(await orders.change(order, change, [], inboxEntry())).toBe('done');
    expect((await orders.find(order.id))?.state).toBe('CANCELLED');
  });

  it('When units are held and released, then they are counted once', async () => {
    const inventory = open('inventory');
    const products = makeProductStore(inventory);
    const reservations = makeReservationStore(inventory);
    const made = product();
    expect((await products.insert(made, idempotencyRecord())).kind).toBe('created');
    const reservation = heldReservation({ [made.id]: 7 });
    expect(await reservations.hold(inboxEntry(), reservation, [])).toBe('done');
    expect((await products.find(made.id))?.held).toBe(7);
    expect(await reservations.release(inboxEntry(), reservation)).toBe('done');
    expect(await products.find(made.id)).toEqual(made);
  });

  it('When a product is edited, then the editor gets the product and the version goes up once', async () => {
    const products = makeProductStore(open('inventory'));
    const made = product();
    await products.insert(made, idempotencyRecord());
    const edit = { name: 'x', description: 'y', priceCents: 1, updatedAt: later(1) };
    expect(await products.update(made.id, 1, edit)).toEqual({ ...made, ...edit, version: 2 });
    expect(await products.setOnHand(made.id, 2, 5, later(2))).toMatchObject({ onHand: 5, version: 3 });
    expect(await products.setOnHand(made.id, 2, 6, later(3))).toBe('stale');
  });

  it('When entries are claimed, postponed and sent, then the claimer gets each once', async () => {
    const inventory = open('inventory');
    const outbox = makeOutboxStore(inventory);
    const [one, two] = [closedEvent(), closedEvent()];
    await makeReservationStore(inventory).tellAgain(inboxEntry(), [one, two]);
    const ids = [one.id, two.id];
    const claimed = await outbox.claim({ limit: 50, now: NOW, leaseMs: 5_000, ids });
    expect(claimed.map(({ event }) => event)).toEqual([one, two]);
    expect(await outbox.claim({ limit: 50, now: NOW, leaseMs: 5_000, ids })).toEqual([]);
    await outbox.postpone(one.id, 1, NOW + 1);
    await outbox.markSent([two.id]);
    const again = await outbox.claim({ limit: 50, now: NOW + 1, leaseMs: 5_000, ids });
    expect(again).toEqual([{ event: one, attempts: 1 }]);
  });

  it('When a refresh token is rotated and attempts are counted, then each counts once', async () => {
    const auth = open('auth');
    const sessions = makeSessionStore(auth);
    const first = refreshToken();
    await sessions.start(first);
    expect(await sessions.rotate(first.hash, refreshToken({ familyId: first.familyId }))).toBe(true);
    const attempts = makeAttemptStore(auth);
    const limits = [{ key: 'somebody', limit: 2, windowMs: 60_000 }];
    expect(await attempts.take(limits, NOW)).toBe(0);
    expect(await attempts.take(limits, NOW)).toBe(0);
    expect(await attempts.take(limits, NOW)).toBeGreaterThan(0);
    await attempts.refund(limits, NOW);
    expect(await attempts.take(limits, NOW)).toBe(0);
    expect(await attempts.take(limits, NOW)).toBeGreaterThan(0);
  });
});
