import { afterEach, describe, expect, it } from 'vitest';
import { send, sqs } from './support/aws.ts';
import { startRuntime, THROTTLED } from './support/fake-runtime.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';
import { until } from './support/until.ts';

const SETTLE = 'shop-test-settle';
const DLQ = 'shop-test-settle-dlq';
const ARCHIVE = 'shop-test-archive';
const FILTERED = 'shop-test-filtered';

type SqsEvent = { Records: { messageId: string; body: string; attributes: Record<string, string> }[] };

let test: TestCloud;
afterEach(() => test.close());

const urlOf = (name: string) => `http://127.0.0.1:${test.sqs.port}/000000000000/${name}`;
const place = async (name: string, ...bodies: string[]) => {
  const Entries = bodies.map((MessageBody, i) => ({ Id: String(i), MessageBody }));
  const { status, json } = await sqs(test.sqs, 'SendMessageBatch', { QueueUrl: urlOf(name), Entries });
  expect([status, (json['Successful'] as unknown[]).length]).toEqual([200, bodies.length]);
};
const counts = (name: string) => {
  const found = test.cloud.queues().find((queue) => queue.name === name);
  return [found?.visible, found?.inFlight];
};
const receive = async (name: string) => {
  const { json } = await sqs(test.sqs, 'ReceiveMessage', { QueueUrl: urlOf(name), MaxNumberOfMessages: 10 });
  return (json['Messages'] ?? []) as { Body: string }[];
};
const bodies = (event: unknown) => (event as SqsEvent).Records.map(({ body }) => body);

describe('SQS event source', () => {
  it('When a message is placed, then its function has it at once, in the form of AWS, and it is deleted after', async () => {
    test = await startTestCloud();
    await place(SETTLE, 'warm');
    await until('the first delivery', () => test.runtime.of(SETTLE).length === 1);
    const started = performance.now();
    await place(SETTLE, '{"price":"5 €","face":"😀"}');
    const call = await until('the delivery', () => test.runtime.of(SETTLE)[1]);
    expect(call.at - started).toBeLessThan(500);
    expect((call.event as SqsEvent).Records).toEqual([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: '{"price":"5 €","face":"😀"}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {},
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${SETTLE}`,
        awsRegion: 'eu-central-1',
      },
    ]);
    await until('the deletion', () => counts(SETTLE).join() === '0,0');
  });

  it('When many messages wait, then batches have the size of the template', async () => {
    test = await startTestCloud();
    await place(SETTLE, ...Array.from({ length: 10 }, (_, i) => `m${i}`));
    await until(
      'all deliveries',
      () => test.runtime.of(SETTLE).flatMap(({ event }) => bodies(event)).length === 10,
    );
    expect(test.runtime.of(SETTLE).map(({ event }) => bodies(event).length)).toEqual([5, 5]);
  });

  it('When a function always fails, then the message comes back after its visibility timeout and ends in the DLQ', async () => {
    const failing = () => {
      throw new Error('no');
    };
    test = await startTestCloud({ [SETTLE]: failing });
    await place(SETTLE, 'poison');
    await until('the DLQ', () => counts(DLQ).join() === '1,0');
    const calls = test.runtime.of(SETTLE);
    expect(
      calls.map(({ event }) => (event as SqsEvent).Records[0]?.attributes['ApproximateReceiveCount']),
    ).toEqual(['1', '2']);
    expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThan(900);
    expect((await receive(DLQ)).map(({ Body }) => Body)).toEqual(['poison']);
    expect(counts(SETTLE)).toEqual([0, 0]);
  });

  it('When a function reports some of a batch as failed, then only those come back', async () => {
    const failFirst = ({ Records }: SqsEvent) => ({
      batchItemFailures: Records.filter(
        ({ body, attributes }) => body === 'bad' && attributes['ApproximateReceiveCount'] === '1',
      ).map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
    test = await startTestCloud({ [SETTLE]: failFirst });
    await place(SETTLE, 'good', 'bad', 'fine');
    await until('the second delivery', () => test.runtime.of(SETTLE).length === 2);
    expect(test.runtime.of(SETTLE).map(({ event }) => bodies(event))).toEqual([
      ['good', 'bad', 'fine'],
      ['bad'],
    ]);
    await until('an empty queue', () => counts(SETTLE).join() === '0,0');
  });

  it('When a function reports a message that is not of the batch, then the whole batch comes back', async () => {
    let calls = 0;
    test = await startTestCloud({
      [SETTLE]: () => {
        calls += 1;
        return calls === 1 ? { batchItemFailures: [{ itemIdentifier: 'stranger' }] } : null;
      },
    });
    await place(SETTLE, 'a', 'b');
    await until(
      'the second delivery',
      () => test.runtime.of(SETTLE).flatMap(({ event }) => bodies(event)).length === 4,
    );
    await until('an empty queue', () => counts(SETTLE).join() === '0,0');
  });

  it('When the template does not ask for reports, then a list of failures is ignored', async () => {
    const all = ({ Records }: SqsEvent) => ({
      batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
    test = await startTestCloud({ [ARCHIVE]: all });
    await place(ARCHIVE, 'once');
    await until('the delivery', () => test.runtime.of(ARCHIVE).length === 1);
    await until('the deletion', () => counts(ARCHIVE).join() === '0,0');
  });

  it('When many messages wait, then no more batches run at once than maximumConcurrency', async () => {
    let [now, most] = [0, 0];
    const gates: (() => void)[] = [];
    test = await startTestCloud({
      [ARCHIVE]: async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise<void>((resolve) => gates.push(resolve));
        now -= 1;
      },
    });
    await place(ARCHIVE, ...Array.from({ length: 8 }, (_, i) => `m${i}`));
    for (let done = 0; done < 8; done += 1) (await until('a running call', () => gates.shift()))();
    await until('an empty queue', () => counts(ARCHIVE).join() === '0,0');
    expect(most).toBe(2);
  });

  it('When the function is throttled, then the same batch is tried again, and that counts as one delivery', async () => {
    let calls = 0;
    test = await startTestCloud({
      [ARCHIVE]: () => {
        calls += 1;
        if (calls < 3) throw THROTTLED;
      },
    });
    await place(ARCHIVE, 'patient');
    await until('the third attempt', () => calls === 3);
    await until('the deletion', () => counts(ARCHIVE).join() === '0,0');
    const received = test.runtime
      .of(ARCHIVE)
      .map(({ event }) => (event as SqsEvent).Records[0]?.attributes['ApproximateReceiveCount']);
    expect(received).toEqual(['1', '1', '1']);
  });

  it('When the template has filters, then what none of them wants is deleted, and the rest is delivered', async () => {
    test = await startTestCloud({ [FILTERED]: () => null });
    await place(FILTERED, '{"kind":"no"}', '{"kind":"yes"}', 'no JSON', '{"kind":"also"}');
    await until('the deliveries', () => test.runtime.of(FILTERED).length === 2);
    await until('an empty queue', () => counts(FILTERED).join() === '0,0');
    const delivered = test.runtime.of(FILTERED).flatMap(({ event }) => bodies(event));
    expect(delivered.sort()).toEqual(['{"kind":"also"}', '{"kind":"yes"}']);
  });

  it('When the runtime is not there, then messages wait without being counted and arrive when it is back', async () => {
    test = await startTestCloud();
    const { port } = test.runtime;
    await test.runtime.close();
    await place(SETTLE, 'patient');
    await until('nothing in flight', () => counts(SETTLE).join() === '1,0');
    const runtime = await startRuntime({ [SETTLE]: () => null, 'shop-test-sweep': () => null }, port);
    const call = await until('the delivery', () => runtime.of(SETTLE)[0]);
    expect((call.event as SqsEvent).Records[0]?.attributes['ApproximateReceiveCount']).toBe('1');
    await until('the deletion', () => counts(SETTLE).join() === '0,0');
    await runtime.close();
  });

  it('When the connection breaks during a call, then the batch is delivered again and that counts', async () => {
    test = await startTestCloud();
    const { port } = test.runtime;
    test.runtime.functions[SETTLE] = () => new Promise(() => undefined);
    await place(SETTLE, 'broken');
    await until('the first delivery', () => test.runtime.of(SETTLE).length === 1);
    await test.runtime.close();
    const runtime = await startRuntime({ [SETTLE]: () => null, 'shop-test-sweep': () => null }, port);
    const call = await until('the second delivery', () => runtime.of(SETTLE)[0]);
    expect((call.event as SqsEvent).Records[0]?.attributes['ApproximateReceiveCount']).toBe('2');
    await runtime.close();
  });
});

describe('SQS', () => {
  it('When a message is made visible again, then it can be received again at once', async () => {
    test = await startTestCloud({}, { triggers: false });
    await place(SETTLE, 'again');
    const QueueUrl = urlOf(SETTLE);
    const first = await sqs(test.sqs, 'ReceiveMessage', { QueueUrl });
    const [message] = first.json['Messages'] as { ReceiptHandle: string }[];
    expect(await receive(SETTLE)).toEqual([]);
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs(test.sqs, 'ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    expect((await receive(SETTLE)).map(({ Body }) => Body)).toEqual(['again']);
  });

  it('When the cloud is started again, then messages are there, those in flight visible at once', async () => {
    test = await startTestCloud({}, { triggers: false });
    await place(ARCHIVE, 'kept', 'held');
    expect(await receive(ARCHIVE)).toHaveLength(2);
    await test.cloud.close();
    const again = await startTestCloud({}, { triggers: false, dataDir: test.dataDir });
    expect(again.cloud.queues().find(({ name }) => name === ARCHIVE)).toMatchObject({
      visible: 2,
      inFlight: 0,
    });
    await again.close();
  });

  it('When a request is not signed, then it is refused', async () => {
    test = await startTestCloud({}, { triggers: false });
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' };
    const { status, json } = await send(test.sqs.port, 'POST', '/', headers, '{}');
    expect([status, json['__type']]).toEqual([403, 'com.amazonaws.sqs#MissingAuthenticationToken']);
  });

  it('When a queue does not exist, then the error is the one of AWS', async () => {
    test = await startTestCloud({}, { triggers: false });
    const { status, json } = await sqs(test.sqs, 'SendMessage', {
      QueueUrl: urlOf('nowhere'),
      MessageBody: 'x',
    });
    expect([status, json['__type']]).toEqual([400, 'com.amazonaws.sqs#QueueDoesNotExist']);
  });
});
