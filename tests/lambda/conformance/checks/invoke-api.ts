import assert from 'node:assert/strict';
import { until } from '../../../support/until.ts';
import { type Check, errorOf, pass, resultOf } from './check.ts';

const MAX_RESPONSE = 6_291_556;
const MAX_SYNC = 6_291_456;
const MAX_ASYNC = 1_048_576;

const largestResponse: Check = async ({ invoke }) => {
  const most = await invoke('r03', { bytes: MAX_RESPONSE });
  assert.deepEqual([most.status, most.functionError, most.bytes.length], [200, undefined, MAX_RESPONSE]);
  assert.deepEqual(errorOf(await invoke('r03', { bytes: MAX_RESPONSE + 1 })), {
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE} bytes).`,
    errorType: 'Function.ResponseSizeTooLarge',
  });
};

const answers: Check = async ({ invoke }) => {
  const object = await invoke('k01', { case: 'object' });
  assert.deepEqual([object.status, object.json], [200, { a: [1, 'é'] }]);
  assert.equal(object.headers['x-amz-executed-version'], '$LATEST');
  assert.equal((await invoke('k01', { case: 'quoted' })).text, '"a \\"quoted\\" word"');
  assert.equal((await invoke('k01', { case: 'undefined' })).text, 'null');
  const failed = await invoke('k01fails');
  assert.equal(errorOf(failed).errorType, 'TypeError');
  assert.equal(failed.headers['x-amz-executed-version'], '$LATEST');
};

const logTail: Check = async ({ invoke }) => {
  const short = await invoke('k02', { name: 'you' }, { tail: true });
  assert.match(short.log, /(^|\n)START RequestId: /);
  assert.match(short.log, /hello you\n/);
  assert.match(short.log, /\nREPORT RequestId: /);
  const long = await invoke('k02', { name: 'you', filler: 9_000 }, { tail: true });
  assert.equal(Buffer.byteLength(long.log), 4_096, 'bytes of a long log');
  assert.match(long.log, /fff\nEND RequestId: .*\nREPORT RequestId: /);
  const without = await invoke('k02', { name: 'you' });
  assert.equal(without.headers['x-amz-log-result'], undefined, 'a log that nobody asked for');
};

const types: Check = async ({ invoke, records }) => {
  const event = await invoke('k03', { n: 1 }, { type: 'Event' });
  assert.deepEqual([event.status, event.text], [202, '']);
  const seen = await until('the event is run', async () =>
    records('k03').length > 0 ? records('k03') : undefined,
  );
  assert.deepEqual(
    seen.map((line) => line['event']),
    [{ n: 1 }],
  );
  const dry = await invoke('k03dry', {}, { type: 'DryRun' });
  assert.deepEqual([dry.status, dry.text], [204, '']);
  await pass(500);
  assert.deepEqual(records('k03dry'), [], 'a dry run was run');
};

const refusals: Check = async ({ invoke, records }) => {
  const cases = [
    [await invoke('k04', '{"a":'), 400, 'InvalidRequestContentException'],
    [await invoke('nobody', {}), 404, 'ResourceNotFoundException'],
    [
      await invoke('k04', '<a/>', { headers: { 'content-type': 'application/xml' } }),
      415,
      'UnsupportedMediaTypeException',
    ],
  ] as const;
  for (const [answer, status, type] of cases) {
    assert.equal(answer.status, status, `${type}: ${answer.text.slice(0, 100)}`);
    assert.match(String(answer.headers['x-amzn-errortype']), new RegExp(`^${type}`));
  }
  assert.deepEqual(records('k04'), [], 'a refused call was run');
};

/** A JSON text of exactly so many bytes. */
const jsonOf = (bytes: number): string => `{"filler":"${'x'.repeat(bytes - 13)}"}`;

const largestRequest: Check = async ({ invoke }) => {
  assert.equal(Buffer.byteLength(jsonOf(100)), 100);
  resultOf(await invoke('k05', jsonOf(MAX_SYNC)));
  const over = await invoke('k05', jsonOf(MAX_SYNC + 1));
  assert.equal(over.status, 413, `one byte more: ${over.text.slice(0, 100)}`);
  assert.match(String(over.headers['x-amzn-errortype']), /^RequestTooLargeException/);
};

const largestEvent: Check = async ({ invoke }) => {
  assert.equal((await invoke('k06', jsonOf(MAX_ASYNC), { type: 'Event' })).status, 202);
  const over = await invoke('k06', jsonOf(MAX_ASYNC + 1), { type: 'Event' });
  assert.equal(over.status, 413, `one byte more: ${over.text.slice(0, 100)}`);
};

/** The Invoke API: answers, types, refusals and sizes. */
export const invokeChecks = {
  R03: largestResponse,
  K01: answers,
  K02: logTail,
  K03: types,
  K04: refusals,
  K05: largestRequest,
  K06: largestEvent,
} satisfies Record<string, Check>;
