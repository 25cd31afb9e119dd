import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Answer, sqs } from '../../../cloud/support/aws.ts';
import { until } from '../../../support/until.ts';
import type { CloudAccess, Recorded, Runtime } from '../../support/runtime.ts';
import { assertWithin, type Check, pass, soonMs } from './check.ts';

// biome-ignore lint/suspicious/noExplicitAny: the records are what the rows look at
type SqsRecord = Record<string, any>;

const cloudOf = ({ cloud }: Runtime): CloudAccess => {
  assert.ok(cloud, 'the runtime was started without queues');
  return cloud;
};

const call = async (runtime: Runtime, action: string, queue: string, input: object): Promise<Answer> => {
  const { sqs: service } = cloudOf(runtime);
  const QueueUrl = `http://127.0.0.1:${service.port}/000000000000/${queue}`;
  const answer = await sqs(service, action, { QueueUrl, ...input });
  assert.equal(answer.status, 200, `${action}: ${answer.text}`);
  return answer;
};

/** Sends bodies in as few batches as SQS takes, each of which arrives as a whole. */
const sendAll = async (runtime: Runtime, queue: string, bodies: readonly unknown[]): Promise<void> => {
  for (let from = 0; from < bodies.length; from += 10) {
    const Entries = bodies.slice(from, from + 10).map((body, n) => ({
      Id: String(n),
      MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    await call(runtime, 'SendMessageBatch', queue, { Entries });
  }
};

const countsOf = async (runtime: Runtime, queue: string) => {
  const reply = await fetch(`${cloudOf(runtime).control}/queues`);
  const { queues } = (await reply.json()) as {
    queues: { name: string; visible: number; inFlight: number }[];
  };
  return queues.find(({ name }) => name === queue);
};

const recordsOf = (lines: readonly Recorded[]): readonly SqsRecord[] =>
  lines.flatMap(({ event }) => event.Records);

const isEmpty = (runtime: Runtime, queue: string, withinMs = soonMs(runtime)): Promise<unknown> =>
  until(
    `${queue} is empty`,
    async () => {
      const counts = await countsOf(runtime, queue);
      return counts?.visible === 0 && counts.inFlight === 0 ? true : undefined;
    },
    { withinMs },
  );

/** When the mapping received each message, in ms of the epoch: its call of the function begins then, cold start or not. */
const receivedAt = (lines: readonly Recorded[]): readonly number[] =>
  recordsOf(lines)
    .map(({ attributes }) => Number(attributes.ApproximateFirstReceiveTimestamp))
    .sort((a, b) => a - b);

/** Waits until a function has got so many messages, repeated deliveries counted. */
const delivered = (runtime: Runtime, key: string, messages: number, withinMs = soonMs(runtime)) =>
  until(
    `${messages} messages are delivered to ${key}`,
    async () => {
      const lines = runtime.records(key);
      return recordsOf(lines).length >= messages ? lines : undefined;
    },
    { withinMs },
  );

const record: Check = async (runtime) => {
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'new' } };
  await call(runtime, 'SendMessage', 'conformance-q01', { MessageBody: 'hello', MessageAttributes });
  const [message] = recordsOf(await delivered(runtime, 'q01', 1));
  assert.ok(message);
  assert.match(message['messageId'], /^[0-9a-f-]{36}$/);
  assert.ok(message['receiptHandle'].length > 0);
  assert.equal(message['body'], 'hello');
  assert.equal(message['md5OfBody'], createHash('md5').update('hello').digest('hex'));
  assert.equal(message['eventSource'], 'aws:sqs');
  assert.match(message['eventSourceARN'], /^arn:aws:sqs:eu-central-1:\d{12}:conformance-q01$/);
  assert.equal(message['awsRegion'], 'eu-central-1');
  const { attributes } = message;
  for (const name of [
    'ApproximateReceiveCount',
    'SentTimestamp',
    'SenderId',
    'ApproximateFirstReceiveTimestamp',
  ])
    assert.equal(typeof attributes[name], 'string', `attributes.${name}`);
  assert.equal(attributes.ApproximateReceiveCount, '1');
  const { stringValue, dataType } = message['messageAttributes'].kind;
  assert.deepEqual({ stringValue, dataType }, { stringValue: 'new', dataType: 'String' });
};

const batches: Check = async (runtime) => {
  const sizes = (key: string): number[] => runtime.records(key).map(({ event }) => event.Records.length);
  // Without a size of its own a batch has ten messages at most. The first call holds what is sent meanwhile together.
  await sendAll(runtime, 'conformance-q01', Array(25).fill({ ms: 300 }));
  await sendAll(runtime, 'conformance-q02', Array(15).fill({}));
  const lines = await delivered(runtime, 'q02', 15);
  assert.deepEqual(sizes('q02'), [12, 3]);
  const times = receivedAt(lines);
  const [full = 0, rest = 0] = [times[11], times[12]];
  const sent = Math.max(...recordsOf(lines).map(({ attributes }) => Number(attributes.SentTimestamp)));
  assertWithin('ms until a full batch', full - sent, -900, 900);
  assertWithin('ms until the window of 1 s is over', rest - full, 900, 3_000);
  await delivered(runtime, 'q01', 25);
  assert.ok(Math.max(...sizes('q01')) <= 10, `batches of ${sizes('q01')}`);
  // 6 MB: 40 messages of 240 KB are more than one invocation takes
  await Promise.all(
    Array.from({ length: 40 }, () =>
      call(runtime, 'SendMessage', 'conformance-q02-bytes', { MessageBody: 'x'.repeat(240_000) }),
    ),
  );
  await delivered(runtime, 'q02bytes', 40);
  const most = Math.max(...sizes('q02bytes'));
  assertWithin('messages of 240 KB in a batch', most, 2, 26);
  for (const config of ['refused-batch-size.yml', 'refused-largest-batch.yml', 'refused-window.yml'])
    assert.notEqual(await runtime.refuses(config), undefined, `${config} is taken`);
};

/** The most invocations under way at once. */
const overlap = (lines: readonly Recorded[]): number =>
  Math.max(
    ...lines.map(({ from: at }) => lines.filter(({ from, to }) => (from as number) <= at && to > at).length),
  );

const concurrency: Check = async (runtime) => {
  await sendAll(runtime, 'conformance-q03', Array(20).fill({ ms: 3_000 }));
  await sendAll(runtime, 'conformance-q03-capped', Array(6).fill({ ms: 300 }));
  const capped = await delivered(runtime, 'q03capped', 6);
  assert.equal(overlap(capped), 2, 'at once with MaximumConcurrency 2');
  const all = await delivered(runtime, 'q03', 20, 3 * soonMs(runtime));
  const times = receivedAt(all);
  const [first = 0] = times;
  const firstEnd = Math.min(...all.map(({ to }) => to));
  const before = (ms: number): number => times.filter((at) => at < first + ms).length;
  assert.equal(before(800), 5, 'batches at once at first');
  for (const seconds of [2, 3, 4])
    assertWithin(`batches begun within ${seconds} s`, before(seconds * 1_000 - 200), 5, 5 * seconds);
  assertWithin('batches at once before one has ended', before(firstEnd - first), 10, 20);
  assert.notEqual(
    await runtime.refuses('refused-concurrency.yml'),
    undefined,
    'MaximumConcurrency 1 is taken',
  );
};

const outcomes: Check = async (runtime) => {
  await sendAll(runtime, 'conformance-q04', [{ name: 'good' }, { name: 'bad', fails: 'once' }]);
  await delivered(runtime, 'q04', 3);
  await isEmpty(runtime, 'conformance-q04');
  const seen = runtime.records('q04').map(({ from, event }) => ({ from, ...event.Records[0] }));
  const of = (name: string) => seen.filter(({ body }) => JSON.parse(body).name === name);
  const counts = (name: string) => of(name).map(({ attributes }) => attributes.ApproximateReceiveCount);
  assert.deepEqual([counts('good'), counts('bad')], [['1'], ['1', '2']]);
  const [first, second] = of('bad');
  const invisible = second?.from - Number(first?.attributes.ApproximateFirstReceiveTimestamp);
  assertWithin('ms until it returns, invisible for 4 s', invisible, 3_900, 7_000);
  assert.notEqual(
    await runtime.refuses('refused-visibility.yml'),
    undefined,
    'a visibility below the timeout is taken',
  );
};

const PARTIAL = {
  'empty text': [],
  null: [],
  'empty list': [],
  'null list': [],
  nothing: [],
  'the second': ['second'],
  'empty identifier': ['first', 'second'],
  'null identifier': ['first', 'second'],
  'misnamed identifier': ['first', 'second'],
  'unknown identifier': ['first', 'second'],
} as const;

const partialFailures: Check = async (runtime) => {
  for (const answer of Object.keys(PARTIAL)) {
    await sendAll(runtime, 'conformance-q05', [
      { answer, name: 'first' },
      { answer, name: 'second' },
    ]);
  }
  await sendAll(runtime, 'conformance-q05', [
    { answer: 'throws', name: 'first', fails: 'once' },
    { answer: 'throws', name: 'second' },
  ]);
  await sendAll(runtime, 'conformance-q05-plain', [
    { answer: 'the second', name: 'first' },
    { answer: 'the second', name: 'second' },
  ]);
  const expected = { ...PARTIAL, throws: ['first', 'second'] } as Readonly<Record<string, readonly string[]>>;
  const pairs = Object.keys(expected).length;
  const returning = Object.values(expected).flat().length;
  await delivered(runtime, 'q05', 2 * pairs + returning);
  await isEmpty(runtime, 'conformance-q05');
  await isEmpty(runtime, 'conformance-q05-plain');
  const messages = recordsOf(runtime.records('q05')).map(({ body, attributes }) => ({
    ...JSON.parse(body),
    again: attributes.ApproximateReceiveCount !== '1',
  }));
  for (const [answer, names] of Object.entries(expected)) {
    const back = messages.filter((one) => one.answer === answer && one.again).map(({ name }) => name);
    assert.deepEqual(back.sort(), names, `returned after: ${answer}`);
  }
  assert.equal(recordsOf(runtime.records('q05plain')).length, 2, 'a list counts where the flag is not set');
};

const filters: Check = async (runtime) => {
  const bodies = [
    { kind: 'wanted', size: 7 },
    { kind: 'wanted', size: 11 },
    { kind: 'also-this' },
    { kind: 'other', size: 7 },
    { size: 7 },
  ];
  await sendAll(runtime, 'conformance-q06', bodies);
  await sendAll(runtime, 'conformance-q06', ['no JSON']);
  await sendAll(runtime, 'conformance-q06-dead', [{ fails: 'always' }]);
  await delivered(runtime, 'q06', 2);
  await isEmpty(runtime, 'conformance-q06');
  const got = recordsOf(runtime.records('q06')).map(({ body }) => JSON.parse(body).kind);
  assert.deepEqual(got.sort(), ['also-this', 'wanted']);
  await until(
    'the message is in the dead-letter queue',
    async () => ((await countsOf(runtime, 'conformance-q06-dlq'))?.visible === 1 ? true : undefined),
    { withinMs: soonMs(runtime) },
  );
  assert.equal(recordsOf(runtime.records('q06dead')).length, 2, 'deliveries with maxReceiveCount 2');
  await pass(100);
  assert.notEqual(await runtime.refuses('refused-filters.yml'), undefined, '6 filters are taken');
};

/** Queues that call functions. */
export const queueChecks = {
  Q01: record,
  Q02: batches,
  Q03: concurrency,
  Q04: outcomes,
  Q05: partialFailures,
  Q06: filters,
} satisfies Record<string, Check>;
