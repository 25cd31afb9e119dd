import assert from 'node:assert/strict';
import { s3, sqs } from '../../../cloud/support/aws.ts';
import { until } from '../../../support/until.ts';
import type { Runtime } from '../../support/runtime.ts';
import { assertWithin, type Check, pass, resultOf, soonMs } from './check.ts';

const put = async ({ cloud }: Runtime, bucket: string, key: string, body: string): Promise<void> => {
  assert.ok(cloud, 'the runtime was started without buckets');
  const answer = await s3(cloud.s3, 'PUT', `/${bucket}/${key}`, body);
  assert.equal(answer.status, 200, answer.text);
};

const recorded = (runtime: Runtime, key: string, lines: number, withinMs = soonMs(runtime)) =>
  until(
    `${key} is invoked ${lines} times`,
    async () => (runtime.records(key).length >= lines ? runtime.records(key) : undefined),
    { withinMs },
  );

const objectCreated: Check = async (runtime) => {
  await put(runtime, 'conformance-s01', 'one.txt', 'hello');
  const [line] = await recorded(runtime, 's01', 1);
  const { Records } = line?.['event'] ?? {};
  assert.equal(Records.length, 1);
  const [{ eventVersion, eventSource, eventName, awsRegion, eventTime, s3: about }] = Records;
  assert.match(eventVersion, /^2\.\d+$/);
  assert.deepEqual([eventSource, eventName, awsRegion], ['aws:s3', 'ObjectCreated:Put', 'eu-central-1']);
  assert.ok(Math.abs(Date.parse(eventTime) - Date.now()) < 60_000, `eventTime ${eventTime}`);
  assert.deepEqual(
    [about.bucket.name, about.bucket.arn],
    ['conformance-s01', 'arn:aws:s3:::conformance-s01'],
  );
  assert.deepEqual([about.object.key, about.object.size], ['one.txt', 5]);
  assert.equal(about.object.eTag, '5d41402abc4b2a76b9719d911017c592');
  assert.match(about.object.sequencer, /^[0-9A-F]+$/);
};

const keysAndFilters: Check = async (runtime) => {
  for (const key of ['in/red%20flower%C3%A9.jpg', 'out/a.jpg', 'in/a.png'])
    await put(runtime, 'conformance-s02', key, 'x');
  await put(runtime, 'conformance-s02', 'in/last.jpg', 'x');
  const lines = await recorded(runtime, 's02', 2);
  const keys = lines.map(({ event }) => event.Records[0].s3.object.key);
  assert.deepEqual(keys.sort(), ['in/last.jpg', 'in/red+flower%C3%A9.jpg']);
};

const send = async ({ invoke }: Runtime, key: string, event: object): Promise<void> => {
  const answer = await invoke(key, event, { type: 'Event' });
  assert.deepEqual([answer.status, answer.text], [202, '']);
};

const retries: Check = async (runtime) => {
  const [first, second] = runtime.scale.retryDelaysMs;
  await send(runtime, 'a01', { fault: 'throw' });
  await send(runtime, 'a01once', { fault: 'throw' });
  const lines = await recorded(runtime, 'a01', 3, first + second + soonMs(runtime));
  const [one = 0, two = 0, three = 0] = lines.map(({ at }) => at);
  const slack = 1_500;
  assertWithin('ms until the first retry', two - one, first * 0.95, first * 1.1 + slack);
  assertWithin('ms until the second retry', three - two, second * 0.95, second * 1.1 + slack);
  assert.equal(
    new Set(lines.map(({ requestId }) => requestId)).size,
    1,
    'a retry has a request id of its own',
  );
  await pass(first);
  assert.equal(runtime.records('a01').length, 3, 'attempts in all');
  assert.equal(runtime.records('a01once').length, 1, 'attempts with MaximumRetryAttempts 0');
};

const receive = async (
  { cloud }: Runtime,
  queue: string,
  withinMs: number,
): Promise<Record<string, never>> => {
  assert.ok(cloud, 'the runtime was started without queues');
  const QueueUrl = `http://127.0.0.1:${cloud.sqs.port}/000000000000/${queue}`;
  return until(
    `a record in ${queue}`,
    async () => {
      const { json } = await sqs(cloud.sqs, 'ReceiveMessage', { QueueUrl });
      const [message] = (json['Messages'] ?? []) as { Body: string }[];
      return message && JSON.parse(message.Body);
    },
    { withinMs, everyMs: 100 },
  );
};

const throttledEvents: Check = async (runtime) => {
  const held = runtime.invoke('a02', { ms: 1_500 });
  held.catch(() => undefined);
  await until(
    'the function is busy',
    async () => (await runtime.invoke('a02', { ms: 1 })).status === 429 || undefined,
    {
      withinMs: 1_400,
      everyMs: 50,
    },
  );
  const throttledAt = Date.now();
  await send(runtime, 'a02', { ms: 5 });
  resultOf(await held);
  const freeAt = Date.now();
  const late = await until(
    'the throttled event is run',
    async () => runtime.records('a02').find(({ from, to }) => from >= throttledAt && to - from < 1_000),
    { withinMs: soonMs(runtime) },
  );
  assertWithin('ms from free to run', late['from'] - freeAt, -50, 5_000);
  await send(runtime, 'a02never', { n: 1 });
  const record = (await receive(runtime, 'conformance-a02-failed', soonMs(runtime))) as Record<
    string,
    unknown
  >;
  assert.deepEqual(record['requestPayload'], { n: 1 });
  assert.deepEqual(runtime.records('a02never'), [], 'a function with a reservation of 0 was run');
};

const failureRecord: Check = async (runtime) => {
  const [first, second] = runtime.scale.retryDelaysMs;
  await send(runtime, 'a03', { fault: 'throw', n: 5 });
  // biome-ignore lint/suspicious/noExplicitAny: the record is what the row looks at
  const record: any = await receive(runtime, 'conformance-a03-failed', first + second + soonMs(runtime));
  assert.equal(record.version, '1.0');
  assert.match(record.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const { requestId, functionArn, condition, approximateInvokeCount } = record.requestContext;
  assert.equal(requestId, runtime.records('a03')[0]?.['requestId']);
  assert.match(
    functionArn,
    new RegExp(`^arn:aws:lambda:eu-central-1:\\d{12}:function:${runtime.functionName('a03')}:\\$LATEST$`),
  );
  assert.deepEqual([condition, approximateInvokeCount], ['RetriesExhausted', 3]);
  assert.deepEqual(record.requestPayload, { fault: 'throw', n: 5 });
  const { statusCode, executedVersion, functionError } = record.responseContext;
  assert.deepEqual([statusCode, executedVersion, functionError], [200, '$LATEST', 'Unhandled']);
  const { errorType, errorMessage } = record.responsePayload;
  assert.deepEqual([errorType, errorMessage], ['TypeError', 'asked to']);
};

/** Until a rule with a rate of a minute has to have fired, in ms. */
const MINUTE_MS = 62_000;

const schedules: Check = async (runtime) => {
  const isShort = !runtime.full;
  if (isShort && runtime.cloud) {
    // A minute is long: the clock's part is played by the cloud's control port
    for (const key of ['d01', 'd01cron']) {
      const reply = await fetch(`${runtime.cloud.control}/schedules/${key}`, { method: 'POST' });
      assert.equal(reply.status, 202);
    }
  }
  for (const key of ['d01', 'd01cron']) {
    const [line] = await recorded(runtime, key, 1, isShort ? soonMs(runtime) : MINUTE_MS);
    const { id, time, account, resources, ...event } = line?.['event'] ?? {};
    assert.deepEqual(event, {
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      region: 'eu-central-1',
      detail: {},
    });
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.match(account, /^\d{12}$/);
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.match(resources[0], new RegExp(`^arn:aws:events:eu-central-1:${account}:rule/`));
  }
  if (isShort) return;
  const lines = await recorded(runtime, 'd01', 3, 3 * MINUTE_MS);
  const [, second = 0, third = 0] = lines.map(({ at }) => at);
  assertWithin('ms from one firing to the next', third - second, 58_000, 62_000);
};

/** Buckets, asynchronous invocations and schedules. */
export const eventChecks = {
  S01: objectCreated,
  S02: keysAndFilters,
  A01: retries,
  A02: throttledEvents,
  A03: failureRecord,
  D01: schedules,
} satisfies Record<string, Check>;
