import { AwsError } from '@duet/shared/adapters/aws/errors.ts';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeOrderStore } from '@duet/shared/adapters/dynamodb/order-store.ts';
import { makeReservationStore } from '@duet/shared/adapters/dynamodb/reservation-store.ts';
import { makeEventBus } from '@duet/shared/adapters/sqs/event-bus.ts';
import { makeSqsCall } from '@duet/shared/adapters/sqs/queue.ts';
import { newUuid } from '@duet/shared/adapters/system/system.ts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  closedEvent,
  heldReservation,
  idempotencyRecord,
  inboxEntry,
  NOW,
  pendingOrder,
} from './fixtures.ts';
import { type Fate, type ScriptedAws, startScriptedAws } from './scripted-aws.ts';

const OK: Fate = { status: 200, json: {} };
const refused = (type: string, json: object = {}): Fate => ({
  status: 400,
  json: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'no', ...json },
});
const cancelled = (...codes: string[]): Fate =>
  refused('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });
const THROTTLED = refused('ThrottlingException');
const BROKEN: Fate = { status: 500, json: { __type: 'InternalServerError' } };

let aws: ScriptedAws | undefined;
afterEach(() => aws?.close());
const start = async (...fates: Fate[]) => {
  aws = await startScriptedAws(fates);
  return { calls: aws.calls, access: aws.access, client: makeDynamoClient(aws.access) };
};

describe('The DynamoDB client', () => {
  const key = { pk: 'A', sk: 'B' };

  it('When a throttle, a fault or a broken connection passes, then the call succeeds at the third attempt', async () => {
    for (const pair of [
      [THROTTLED, BROKEN],
      ['break', THROTTLED],
      [BROKEN, 'break'],
    ] as const) {
      const { client, calls } = await start(...pair, OK);
      expect(await client.get('t', key)).toBeUndefined();
      expect(calls).toHaveLength(3);
      await aws?.close();
    }
  });

  it('When it does not pass, then the call is overloaded after three attempts', async () => {
    for (const fate of [THROTTLED, BROKEN, 'break'] as const) {
      const { client, calls } = await start(fate);
      await expect(client.get('t', key)).rejects.toMatchObject({ code: 'overloaded' });
      expect(calls).toHaveLength(3);
      await aws?.close();
    }
  });

  it('When nobody listens, then the call is overloaded', async () => {
    const { access } = await start(OK);
    await aws?.close();
    await expect(makeDynamoClient(access).get('t', key)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('When the fault is ours, then it is not tried again and is no DomainError', async () => {
    const { client, calls } = await start(refused('ValidationException'));
    await expect(client.get('t', key)).rejects.toThrow(AwsError);
    expect(calls).toHaveLength(1);
  });

  it('When a kept connection has been closed meanwhile, then the call goes over a new one', async () => {
    const { client, calls } = await start(OK, 'break', OK);
    await client.get('t', key);
    expect(await client.get('t', key)).toBeUndefined();
    expect(calls).toHaveLength(3);
  });

  it('When a batch comes back unfinished, then the rest is asked for until all is there', async () => {
    const key = (n: string) => ({ pk: { S: n }, sk: { S: n } });
    const some = (found: string, left: string[]): Fate => ({
      status: 200,
      json: {
        Responses: { t: [key(found)] },
        UnprocessedKeys: left.length > 0 ? { t: { Keys: left.map(key) } } : {},
      },
    });
    const { client, calls } = await start(some('a', ['b', 'c']), some('b', ['c']), some('c', []));
    const keys = ['c', 'a', 'b'].map((n) => ({ pk: n, sk: n }));
    expect(await client.batchGet('t', keys)).toEqual(keys);
    expect(calls).toHaveLength(3);
  });
});

describe('A transaction', () => {
  const hold = (client: ReturnType<typeof makeDynamoClient>) =>
    makeReservationStore({ client, table: 't' }).hold(inboxEntry(), heldReservation({ [newUuid()]: 1 }), [
      closedEvent(),
    ]);
  const tokenOf = ({ body }: { body: string }): string => JSON.parse(body).ClientRequestToken;

  it('When it meets another, a throttle or its own first attempt, then it is tried again as the same one', async () => {
    const { client, calls } = await start(
      cancelled('None', 'None', 'TransactionConflict', 'None'),
      cancelled('None', 'None', 'ThrottlingError', 'None'),
      refused('TransactionInProgressException'),
      'break',
      OK,
    );
    expect(await hold(client)).toBe('done');
    expect(calls).toHaveLength(5);
    expect(new Set(calls.map(tokenOf)).size).toBe(1);
  });

  it('When it meets others for good, then it is overloaded and never short', async () => {
    const { client } = await start(cancelled('None', 'None', 'TransactionConflict', 'None'));
    await expect(hold(client)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('When a stock line is refused, then it is short; but not while the row before it is in conflict', async () => {
    const first = await start(cancelled('None', 'None', 'ConditionalCheckFailed', 'None'));
    expect(await hold(first.client)).toBe('short');
    await aws?.close();
    const both = cancelled('None', 'TransactionConflict', 'ConditionalCheckFailed', 'None');
    const second = await start(
      both,
      cancelled('None', 'ConditionalCheckFailed', 'ConditionalCheckFailed', 'None'),
    );
    expect(await hold(second.client)).toBe('exists');
  });

  it('When a twin holds an idempotency key for good, then the answer is idempotency-in-progress', async () => {
    const { client } = await start(cancelled('TransactionConflict', 'None', 'None'));
    const orders = makeOrderStore({ client, table: 't' });
    const placed = orders.place(pendingOrder(), NOW, idempotencyRecord(), []);
    await expect(placed).rejects.toMatchObject({ code: 'idempotency-in-progress' });
  });

  it('When what cannot be refused is refused, then it is a fault', async () => {
    const { client } = await start(cancelled('None', 'None', 'None', 'ConditionalCheckFailed'));
    await expect(hold(client)).rejects.toThrow('cannot be');
  });
});

describe('The event bus over SQS', () => {
  it('When a queue refuses one message of a batch, then that event failed and the others are delivered', async () => {
    const Failed = [{ Id: '1', Code: 'InternalError', Message: 'later', SenderFault: false }];
    const { access } = await start({ status: 200, json: { Successful: [{ Id: '0' }, { Id: '2' }], Failed } });
    const bus = makeEventBus({ sqs: makeSqsCall(access), queueUrls: { 'order-closed': 'http://queue/1' } });
    const results = await bus.send([closedEvent(), closedEvent(), closedEvent()]);
    expect(results.map((result) => result?.message)).toEqual([
      undefined,
      'SQS refused the message: InternalError later',
      undefined,
    ]);
  });

  it('When SQS does not answer, then every event has failed within the lease of a claim', async () => {
    const { access, calls } = await start('silence');
    const bus = makeEventBus({ sqs: makeSqsCall(access), queueUrls: { 'order-closed': 'http://queue/1' } });
    const before = Date.now();
    const [result] = await bus.send([closedEvent()]);
    expect(result).toMatchObject({ name: 'UnreachableError', cause: { code: 'overloaded' } });
    expect(Date.now() - before).toBeLessThan(4_000);
    expect(calls).toHaveLength(1);
  });

  it('When no queue takes an event type, then that event failed', async () => {
    const { access } = await start(OK);
    const [result] = await makeEventBus({ sqs: makeSqsCall(access), queueUrls: {} }).send([closedEvent()]);
    expect(result?.message).toContain('order-closed');
  });
});
