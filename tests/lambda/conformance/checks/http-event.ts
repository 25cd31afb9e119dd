import assert from 'node:assert/strict';
import { rawRequest } from '../../../offline/raw-request.ts';
import type { Runtime } from '../../support/runtime.ts';
import { assertWithin, type Check } from './check.ts';

/** The event that the function got, and which function it was. */
// biome-ignore lint/suspicious/noExplicitAny: the event is what the rows look at
type Event = Record<string, any>;

/** Sends a request as it stands, which an HTTP client would tidy, and gives the event that the function got of it. */
const eventOf = async ({ httpPort }: Runtime, head: string, body: string | Buffer = ''): Promise<Event> => {
  const bytes = Buffer.from(body);
  const length = bytes.length > 0 ? `content-length: ${bytes.length}\r\n` : '';
  const request = Buffer.concat([Buffer.from(`${head}\r\nconnection: close\r\n${length}\r\n`), bytes]);
  const answer = await rawRequest(httpPort, request);
  const [top = '', text = ''] = [
    answer.slice(0, answer.indexOf('\r\n\r\n')),
    answer.slice(answer.indexOf('\r\n\r\n') + 4),
  ];
  assert.match(top, /^HTTP\/1\.1 200 /, top.split('\r\n')[0]);
  return JSON.parse(Buffer.from(text, 'latin1').toString());
};

const GET = (target: string, ...headers: string[]): string =>
  [`GET ${target} HTTP/1.1`, 'host: shop.example', ...headers].join('\r\n');

const shape: Check = async (runtime) => {
  const head = GET('/echo?a=1', 'user-agent: conformance/1.0', 'x-token: t');
  const event = await eventOf(runtime, head);
  assert.equal(event['version'], '2.0');
  assert.equal(event['routeKey'], 'GET /echo');
  assert.equal(event['rawPath'], '/echo');
  assert.equal(event['isBase64Encoded'], false);
  assert.equal(event['headers']['x-token'], 't');
  const { http, time, timeEpoch, ...context } = event['requestContext'];
  assert.match(http.sourceIp, /^(127\.0\.0\.1|::1)$/);
  assert.deepEqual(
    { ...http, sourceIp: '' },
    { method: 'GET', path: '/echo', protocol: 'HTTP/1.1', sourceIp: '', userAgent: 'conformance/1.0' },
  );
  assert.match(time, /^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/);
  assert.ok(Number.isInteger(timeEpoch), `timeEpoch is ${timeEpoch}`);
  assertWithin('age of timeEpoch in ms', Date.now() - timeEpoch, 0, 5_000);
  assert.equal(context.routeKey, 'GET /echo');
  assert.equal(context.stage, '$default');
  for (const name of ['accountId', 'apiId', 'domainName', 'domainPrefix', 'requestId'])
    assert.equal(typeof context[name], 'string', `requestContext.${name}`);
  const post = await eventOf(
    runtime,
    'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json',
    '{"a":1}',
  );
  assert.deepEqual(
    [post['routeKey'], post['body'], post['isBase64Encoded']],
    ['POST /echo', '{"a":1}', false],
  );
};

const headers: Check = async (runtime) => {
  const event = await eventOf(runtime, GET('/echo', 'X-Token: a', 'x-tOKEN: b', 'Accept-Language: de'));
  assert.equal(event['headers']['x-token'], 'a,b');
  assert.equal(event['headers']['accept-language'], 'de');
  for (const name of Object.keys(event['headers'])) assert.equal(name, name.toLowerCase());
  for (const name of Object.keys(event)) assert.doesNotMatch(name, /^multiValue/);
};

const cookies: Check = async (runtime) => {
  const event = await eventOf(runtime, GET('/echo', 'Cookie: a=1; b=2'));
  assert.deepEqual(event['cookies'], ['a=1', 'b=2']);
  assert.equal(event['headers']['cookie'], undefined, 'a cookie header');
  assert.ok(!('cookies' in (await eventOf(runtime, GET('/echo')))), 'cookies where there are none');
};

const query: Check = async (runtime) => {
  const event = await eventOf(runtime, GET('/echo?a=1&a=2&b=%20x%2By&c='));
  assert.equal(event['rawQueryString'], 'a=1&a=2&b=%20x%2By&c=');
  assert.deepEqual(event['queryStringParameters'], { a: '1,2', b: ' x+y', c: '' });
  const without = await eventOf(runtime, GET('/echo'));
  assert.equal(without['rawQueryString'], '');
  assert.ok(!('queryStringParameters' in without), 'queryStringParameters where there are none');
};

const path: Check = async (runtime) => {
  const event = await eventOf(runtime, GET('/things/a%20b%C3%A9/parts/x%3Dy'));
  assert.deepEqual(event['pathParameters'], { id: 'a bé', part: 'x=y' });
  assert.equal(event['rawPath'], '/things/a bé/parts/x=y');
  assert.equal(event['routeKey'], 'GET /things/{id}/parts/{part}');
  assert.ok(
    !('pathParameters' in (await eventOf(runtime, GET('/echo')))),
    'pathParameters where there are none',
  );
};

const encodings: Check = async (runtime) => {
  const post = (type: string) =>
    eventOf(runtime, `POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}`, 'é');
  for (const type of [
    'text/plain',
    'text/csv; charset=utf-8',
    'application/json',
    'application/xml',
    'application/javascript',
  ]) {
    const { body, isBase64Encoded } = await post(type);
    assert.deepEqual([body, isBase64Encoded], ['é', false], type);
  }
  for (const type of ['application/octet-stream', 'image/png', 'application/x-www-form-urlencoded']) {
    const { body, isBase64Encoded } = await post(type);
    assert.deepEqual([body, isBase64Encoded], [Buffer.from('é').toString('base64'), true], type);
  }
};

const routing: Check = async (runtime) => {
  const { http, another, functionName } = runtime;
  const servedBy = async (target: string, method = 'GET') => {
    const answer = await http(target, { method });
    assert.equal(answer.status, 200, `${method} ${target}: ${answer.status}`);
    const event = answer.json as Event;
    return [event['functionOf'], event['routeKey']];
  };
  assert.deepEqual(await servedBy('/files/exact'), [functionName('httpFull'), 'GET /files/exact']);
  assert.deepEqual(await servedBy('/files/other/one'), [functionName('httpGreedy'), 'GET /files/{path+}']);
  assert.deepEqual(await servedBy('/any'), [functionName('httpGet'), 'GET /any']);
  assert.deepEqual(await servedBy('/any', 'DELETE'), [functionName('httpAny'), 'ANY /any']);
  for (const [target, method] of [
    ['/nowhere', 'GET'],
    ['/echo', 'DELETE'],
    ['/files', 'GET'],
  ] as const) {
    const answer = await http(target, { method });
    assert.deepEqual([answer.status, answer.text], [404, '{"message":"Not Found"}'], `${method} ${target}`);
  }
  const fallback = await another({ config: 'limits.yml' });
  const keyOf = async (target: string, method: string) =>
    ((await fallback.http(target, { method })).json as Event)['routeKey'];
  assert.equal(await keyOf('/exact', 'GET'), 'GET /exact');
  assert.equal(await keyOf('/exact', 'PUT'), '$default');
  assert.equal(await keyOf('/no/where', 'GET'), '$default');
};

/** What a function gets of a request, and which function. */
export const httpEventChecks = {
  H01: shape,
  H02: headers,
  H03: cookies,
  H04: query,
  H05: path,
  H07: encodings,
  H08: routing,
} satisfies Record<string, Check>;
