import assert from 'node:assert/strict';
import { rawRequest } from '../../../offline/raw-request.ts';
import { until } from '../../../support/until.ts';
import type { Answer } from '../../support/call.ts';
import type { Runtime } from '../../support/runtime.ts';
import { assertWithin, type Check, pass, soonMs } from './check.ts';

const JSON_TYPE = /^application\/json($|;)/;

const reply = ({ http }: Runtime, one: string): Promise<Answer> => http(`/reply?case=${one}`);

const assertReply = (answer: Answer, status: number, type: RegExp | string, text: string): void => {
  assert.deepEqual([answer.status, answer.text], [status, text]);
  const actual = String(answer.headers['content-type']);
  if (typeof type === 'string') assert.equal(actual, type);
  else assert.match(actual, type);
};

const inferredObjects: Check = async (runtime) => {
  assertReply(await reply(runtime, 'object'), 200, JSON_TYPE, '{"a":1,"b":["x"]}');
  assertReply(await reply(runtime, 'text'), 200, JSON_TYPE, 'plain "text"');
};

const inferredValues: Check = async (runtime) => {
  assertReply(await reply(runtime, 'array'), 200, JSON_TYPE, '[1,2,3]');
  assertReply(await reply(runtime, 'number'), 200, JSON_TYPE, '42');
  assertReply(await reply(runtime, 'boolean'), 200, JSON_TYPE, 'true');
};

const defaults: Check = async (runtime) => {
  assertReply(await reply(runtime, 'bare'), 201, 'text/plain; charset=utf-8', 'made');
  const binary = await reply(runtime, 'binary');
  assert.deepEqual([...binary.bytes], [0, 255, 128, 10, 13]);
  assert.equal(binary.headers['content-type'], 'image/png');
};

const setsCookies: Check = async (runtime) => {
  const { headers } = await reply(runtime, 'cookies');
  assert.deepEqual(headers['set-cookie'], ['a=1; Secure', 'b=2; HttpOnly']);
};

const assertOpaque = (answer: Answer, what: string): void => {
  assert.deepEqual([answer.status, answer.text], [500, '{"message":"Internal Server Error"}'], what);
};

const wrongStatus: Check = async (runtime) => {
  for (const one of ['zero', 'fraction']) assertOpaque(await reply(runtime, one), one);
};

const faults: Check = async ({ http }) => {
  for (const fault of ['throw', 'exit', 'hang', 'oversize']) {
    assertOpaque(await http(`/fault?fault=${fault}`), fault);
    assert.equal((await http('/fault')).text, 'fine', `the request after ${fault}`);
  }
  // No retry: two requests, of which the first fails, are two invocations
  assertOpaque(await http('/counted?fault=throw'), 'throw');
  await pass(300);
  const { count } = (await http('/counted')).json as { count: number };
  assert.equal(count, 2, 'invocations of 2 requests');
};

const tooLate: Check = async (runtime) => {
  const { http, scale, records } = runtime;
  const wait = scale.integrationTimeoutMs;
  const from = performance.now();
  const answer = await http(`/sleeps?ms=${wait + 1_500}`, { timeoutMs: wait + 10_000 });
  assertWithin('ms until the answer', performance.now() - from, wait * 0.98, wait * 1.1 + 500);
  // Captures say 503; 504 is what REST APIs say, and AWS's text on HTTP APIs gives no number
  assert.ok([503, 504].includes(answer.status), `status ${answer.status}: ${answer.text}`);
  assert.equal(records('x03').length, 0);
  await until('the function goes on to its end', async () => records('x03')[0], {
    withinMs: soonMs(runtime),
  });
};

const throttled: Check = async ({ http }) => {
  const answer = await http('/throttled?ms=1');
  assert.deepEqual([answer.status, answer.text], [503, '{"message":"Service Unavailable"}']);
};

const tooLarge: Check = async ({ http, httpPort }) => {
  const post = (bytes: number) =>
    http('/reply?case=bare', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: Buffer.alloc(bytes, 'x'),
    });
  assert.equal((await post(5_000_000)).status, 201, 'a body of 5 MB');
  for (const bytes of [6 * 1024 * 1024 + 1, 10 * 1024 * 1024 + 1]) {
    const answer = await post(bytes);
    assert.deepEqual(
      [answer.status, answer.text],
      [413, '{"message":"Request Entity Too Large"}'],
      `${bytes} bytes`,
    );
  }
  const head = (filler: number) =>
    rawRequest(
      httpPort,
      `GET /reply?case=bare HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-filler: ${'f'.repeat(filler)}\r\n\r\n`,
    );
  assert.match(await head(9_000), /^HTTP\/1\.1 201 /, 'headers of 9 KB');
  assert.match(await head(10_400), /^HTTP\/1\.1 4\d\d /, 'headers of more than 10,240 bytes');
};

const crossOrigin: Check = async ({ http }) => {
  const origin = 'https://shop.example';
  const preflight = await http('/echo', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-token' },
  });
  assertWithin('status of a preflight', preflight.status, 200, 204);
  const list = (name: string): string[] =>
    String(preflight.headers[name] ?? '')
      .split(',')
      .map((one) => one.trim().toLowerCase())
      .filter((one) => one !== '')
      .sort();
  assert.equal(preflight.headers['access-control-allow-origin'], origin);
  assert.deepEqual(list('access-control-allow-methods'), ['get', 'post']);
  assert.deepEqual(list('access-control-allow-headers'), ['content-type', 'x-token']);
  assert.equal(preflight.headers['access-control-max-age'], '120');
  const named = (answer: Answer) =>
    Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
  assert.deepEqual(named(await http('/echo')), [], 'CORS headers without an origin');
  const own = await http('/reply?case=cors', { headers: { origin } });
  assert.equal(own.headers['access-control-allow-origin'], origin, "the integration's own CORS header");
  assert.equal(own.headers['access-control-allow-methods'], undefined, "the integration's own CORS header");
  const foreign = await http('/echo', { headers: { origin: 'https://elsewhere.example' } });
  assert.equal(foreign.headers['access-control-allow-origin'], undefined, 'a foreign origin is allowed');
};

/** What a client gets of a function's result, and of its faults. */
export const httpReplyChecks = {
  P01: inferredObjects,
  P02: inferredValues,
  P03: defaults,
  P04: setsCookies,
  X01: wrongStatus,
  X02: faults,
  X03: tooLate,
  X04: throttled,
  X05: tooLarge,
  O01: crossOrigin,
} satisfies Record<string, Check>;
