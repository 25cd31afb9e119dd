import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamodb, type Service, s3, sqs } from './support/aws.ts';
import { killLeftOver, startCloudProcess } from './support/cloud-process.ts';
import { startRuntime } from './support/fake-runtime.ts';
import { makeDataDir, QUIET } from './support/test-cloud.ts';
import { until } from './support/until.ts';

const TABLE = 'shop-test-orders';
const BUCKET = 'shop-000000000000-photos';
const ROUNDS = 3;

let dataDir: string;
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(async () => {
  await killLeftOver();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Runs `once` in several loops until the service is gone; gives the results of those that were answered. */
const hammer = async <T>(
  loops: number,
  once: (loop: number, i: number) => Promise<T | undefined>,
): Promise<T[]> => {
  const done: T[] = [];
  const loop = async (n: number): Promise<void> => {
    for (let i = 0; ; i += 1) {
      try {
        const result = await once(n, i);
        if (result !== undefined) done.push(result);
      } catch {
        return; // the process has been killed
      }
    }
  };
  await Promise.all(Array.from({ length: loops }, (_, n) => loop(n)));
  return done;
};

type Row = Record<string, { S?: string; N?: string }>;

const query = async (service: Service, index: string): Promise<Row[]> => {
  const items: Row[] = [];
  let start: unknown;
  do {
    const { json } = await dynamodb(service, 'Query', {
      TableName: TABLE,
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :p',
      ExpressionAttributeValues: { ':p': { S: index } },
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    items.push(...(json['Items'] as Row[]));
    start = json['LastEvaluatedKey'];
  } while (start);
  return items;
};

const item = (pk: string, index: string) => ({
  TableName: TABLE,
  Item: { pk: { S: pk }, sk: { S: index }, gsi1pk: { S: index }, gsi1sk: { S: pk } },
});

describe('kill -9', () => {
  it('When it comes in the middle of transactions, then each has happened in whole or not, and none that was answered is lost', async () => {
    const acknowledged = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const cloud = await startCloudProcess(dataDir, ['--no-triggers']);
      const timer = setTimeout(() => void cloud.kill('SIGKILL'), 100 + Math.random() * 300);
      const done = await hammer(8, async (loop, i) => {
        const pk = `${round}-${loop}-${i}`;
        const counter = {
          TableName: TABLE,
          Key: { pk: { S: 'counter' }, sk: { S: '1' } },
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        };
        const TransactItems = [{ Put: item(pk, 'left') }, { Update: counter }, { Put: item(pk, 'right') }];
        const { status } = await dynamodb(cloud.dynamodb, 'TransactWriteItems', { TransactItems });
        return status === 200 ? pk : undefined;
      });
      clearTimeout(timer);
      for (const pk of done) acknowledged.add(pk);
    }
    const cloud = await startCloudProcess(dataDir, ['--no-triggers']);
    const keys = async (index: string) =>
      (await query(cloud.dynamodb, index)).map(({ pk }) => pk?.S ?? '').sort();
    const [left, right] = [await keys('left'), await keys('right')];
    expect(left.length).toBeGreaterThan(ROUNDS);
    expect(left).toEqual(right);
    expect([...acknowledged].filter((pk) => !left.includes(pk))).toEqual([]);
    const Key = { pk: { S: 'counter' }, sk: { S: '1' } };
    const { json } = await dynamodb(cloud.dynamodb, 'GetItem', { TableName: TABLE, Key });
    expect((json['Item'] as Row)['n']?.N).toBe(String(left.length));
    await cloud.kill('SIGTERM');
  });

  it('When it comes while messages are sent and received, then no message that was answered is lost', async () => {
    const sent = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const cloud = await startCloudProcess(dataDir, ['--no-triggers']);
      const QueueUrl = `http://127.0.0.1:${cloud.ports.sqs}/000000000000/shop-test-settle`;
      const timer = setTimeout(() => void cloud.kill('SIGKILL'), 100 + Math.random() * 200);
      const done = await hammer(4, async (loop, i) => {
        const MessageBody = `${round}-${loop}-${i}`;
        const { status } = await sqs(cloud.sqs, 'SendMessage', { QueueUrl, MessageBody });
        // Received again and again without being deleted: some are just moving to the dead-letter queue.
        await sqs(cloud.sqs, 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 5, VisibilityTimeout: 0 });
        return status === 200 ? MessageBody : undefined;
      });
      clearTimeout(timer);
      for (const body of done) sent.add(body);
    }
    const cloud = await startCloudProcess(dataDir, ['--no-triggers']);
    const found = new Set<string>();
    for (const queue of ['shop-test-settle', 'shop-test-settle-dlq']) {
      const QueueUrl = `http://127.0.0.1:${cloud.ports.sqs}/000000000000/${queue}`;
      for (;;) {
        const { json } = await sqs(cloud.sqs, 'ReceiveMessage', {
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 600,
        });
        const messages = (json['Messages'] ?? []) as { Body: string }[];
        if (messages.length === 0) break;
        for (const { Body } of messages) found.add(Body);
      }
    }
    expect(sent.size).toBeGreaterThan(10);
    expect([...sent].filter((body) => !found.has(body))).toEqual([]);
    await cloud.kill('SIGTERM');
  });

  it('When it comes between an upload and its event, then the event is delivered after the next start, at least once', async () => {
    const RESIZE = 'shop-test-resize';
    const runtime = await startRuntime({ ...QUIET, [RESIZE]: () => new Promise(() => undefined) });
    const args = ['--invoke-url', runtime.url];
    const first = await startCloudProcess(dataDir, args);
    const paths = ['a', 'b', 'c'].map((name) => `uploads/${name}.jpg`);
    for (const path of paths)
      expect((await s3(first.s3, 'PUT', `/${BUCKET}/${path}`, 'photo')).status).toBe(200);
    // Two at once, for that is the reserved concurrency: the third has not even been tried.
    await until('two calls that do not end', () => runtime.of(RESIZE).length === 2);
    await first.kill('SIGKILL');

    runtime.calls.length = 0;
    runtime.functions[RESIZE] = () => null;
    const second = await startCloudProcess(dataDir, args);
    await until('all three events', () => runtime.of(RESIZE).length === 3);
    type S3Event = { Records: [{ s3: { object: { key: string } } }] };
    const keys = runtime.of(RESIZE).map(({ event }) => (event as S3Event).Records[0].s3.object.key);
    expect(keys.sort()).toEqual(paths);
    const pending = async () => {
      const response = await fetch(`http://127.0.0.1:${second.ports.control}/queues`);
      return ((await response.json()) as { pendingInvocations: number }).pendingInvocations;
    };
    await until('nothing pending', async () => (await pending()) === 0);
    await second.kill('SIGTERM');
    await runtime.close();
  });

  it('When it comes in the middle of uploads, then every object that is there has its event, and no other has', async () => {
    const RESIZE = 'shop-test-resize';
    const runtime = await startRuntime({ ...QUIET, [RESIZE]: () => null });
    const args = ['--invoke-url', runtime.url];
    const cloud = await startCloudProcess(dataDir, args);
    const timer = setTimeout(() => void cloud.kill('SIGKILL'), 100 + Math.random() * 300);
    const put = await hammer(6, async (loop, i) => {
      const key = `uploads/${loop}-${i}.jpg`;
      return (await s3(cloud.s3, 'PUT', `/${BUCKET}/${key}`, 'photo')).status === 200 ? key : undefined;
    });
    clearTimeout(timer);
    const again = await startCloudProcess(dataDir, args);
    const list = await s3(again.s3, 'GET', `/${BUCKET}?list-type=2&max-keys=1000`);
    const stored = [...list.text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key ?? '');
    const announced = () =>
      new Set(
        runtime
          .of(RESIZE)
          .map(
            ({ event }) =>
              (event as { Records: [{ s3: { object: { key: string } } }] }).Records[0].s3.object.key,
          ),
      );
    await until('an event for every object', () => stored.every((key) => announced().has(key)));
    expect(put.length).toBeGreaterThan(0);
    expect(put.filter((key) => !stored.includes(key))).toEqual([]);
    expect([...announced()].filter((key) => !stored.includes(key))).toEqual([]);
    await again.kill('SIGTERM');
    await runtime.close();
  });
});
