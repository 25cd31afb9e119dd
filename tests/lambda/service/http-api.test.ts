import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from '../../offline/raw-request.ts';
import { type Call, call } from '../support/call.ts';
import { type Doors, functionError, openDoors } from './start-doors.ts';

const reply = (event: APIGatewayProxyEventV2) => ({ statusCode: 200, body: JSON.stringify(event) });

let doors: Doors;
let withCors: Doors;
/** What `/says` answers with. */
let said: unknown;
beforeAll(async () => {
  doors = await openDoors(
    {
      full: { routes: ['GET /a/b', 'GET /things/exact'], run: () => ({ statusCode: 200, body: 'full' }) },
      things: { routes: ['GET /things/{id}', 'PUT /things/{id}/parts/{part}'], run: reply },
      greedy: { routes: ['ANY /a/{rest+}'], run: reply },
      any: { routes: ['ANY /methods'], run: () => ({ statusCode: 200, body: 'any' }) },
      get: { routes: ['GET /methods'], run: () => ({ statusCode: 200, body: 'get' }) },
      says: { routes: ['GET /says', 'POST /says'], run: () => said },
      slow: { routes: ['GET /slow'], run: () => new Promise((resolve) => setTimeout(resolve, 400)) },
      none: { routes: ['GET /none'], run: () => null, reservedConcurrency: 0 },
      fails: {
        routes: ['GET /fails'],
        run: () => {
          throw functionError({ errorType: 'TypeError', errorMessage: 'a secret' });
        },
      },
    },
    { integrationTimeoutMs: 150 },
  );
  const cors = {
    ...{ allowedOrigins: ['https://shop.example', 'https://*.test'], allowedHeaders: ['x-token'] },
    ...{
      allowedMethods: ['GET', 'POST'],
      exposedHeaders: ['x-exposed'],
      allowCredentials: false,
      maxAge: 120,
    },
  };
  const own = { 'access-control-allow-origin': 'https://evil.example', 'x-exposed': 'yes', vary: 'accept' };
  withCors = await openDoors(
    { f: { routes: ['GET /f'], run: () => ({ statusCode: 200, headers: own, body: 'x' }) } },
    { cors },
  );
});
afterAll(() => Promise.all([doors.close(), withCors.close()]));

const get = (path: string, options: Call = {}) => call(doors.http + path, options);
const says = (result: unknown, options: Call = {}) => {
  said = result;
  return get('/says', options);
};
const eventOf = async (path: string, options: Call = {}) =>
  (await get(path, options)).json as APIGatewayProxyEventV2;

describe('Routes', () => {
  it('When several match, then the full path wins over a parameter, that over the greedy one, and a method over ANY', async () => {
    expect((await get('/a/b')).text).toBe('full');
    expect((await get('/things/exact')).text).toBe('full');
    expect((await eventOf('/a/b/c')).routeKey).toBe('ANY /a/{rest+}');
    expect((await get('/methods')).text).toBe('get');
    expect((await get('/methods', { method: 'DELETE' })).text).toBe('any');
  });

  it('When none matches and there is no $default, then it is 404', async () => {
    for (const path of ['/', '/things', '/things/1/', '/THINGS/1', '/things/1/2']) {
      const answer = await get(path);
      expect([answer.status, answer.text]).toEqual([404, '{"message":"Not Found"}']);
    }
  });

  it('When the path has encoded parameters, then they are decoded', async () => {
    const event = await eventOf('/things/a%20b%2Fc/parts/%C3%A9', { method: 'PUT' });
    expect(event.pathParameters).toEqual({ id: 'a b/c', part: 'é' });
    expect((await eventOf('/a/x/y%20z')).pathParameters).toEqual({ rest: 'x/y z' });
  });
});

describe('The reply of a function', () => {
  it.each([
    [{ a: 1 }, '{"a":1}'],
    ['text', 'text'],
    [[1, 'x'], '[1,"x"]'],
    [7, '7'],
    [true, 'true'],
    [null, 'null'],
  ])('When it is %j without a status, then it is the body of a 200 in JSON', async (result, body) => {
    const answer = await says(result);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
      200,
      body,
      'application/json',
    ]);
  });

  it('When it has a status, cookies and bytes, then they are told, and the type is text unless given', async () => {
    const result = { statusCode: 201, cookies: ['a=1', 'b=2; Path=/'], body: 'plain' };
    const answer = await says(result);
    expect(answer.status).toBe(201);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2; Path=/']);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    const bytes = Buffer.from([0, 255, 128]);
    const binary = { statusCode: 200, isBase64Encoded: true, body: bytes.toString('base64') };
    expect((await says(binary)).bytes).toEqual(bytes);
    expect((await says({ statusCode: 204 })).status).toBe(204);
  });

  it.each([0, 200.5, 'abc', 999, 99])(
    'When its status is %j, then it is an opaque 500',
    async (statusCode) => {
      const answer = await says({ statusCode, body: 'x' });
      expect([answer.status, answer.text]).toEqual([500, '{"message":"Internal Server Error"}']);
    },
  );

  it('When it fails, is throttled or too slow, then it is 500, 503 and 503 without any detail', async () => {
    const answers = await Promise.all(['/fails', '/none', '/slow'].map((path) => get(path)));
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [500, '{"message":"Internal Server Error"}'],
      [503, '{"message":"Service Unavailable"}'],
      [503, '{"message":"Service Unavailable"}'],
    ]);
  });
});

describe('Limits of a request', () => {
  const post = (body: Buffer, type = 'application/json') =>
    says({ statusCode: 200 }, { method: 'POST', body, headers: { 'content-type': type } });

  it('When the event would be over 6 MB, as text or in base64, then it is 413', async () => {
    expect((await post(Buffer.alloc(6_200_000, 'x'))).status).toBe(200);
    const large = await post(Buffer.alloc(6_291_456, 'x'));
    expect([large.status, large.text]).toEqual([413, '{"message":"Request Entity Too Large"}']);
    expect((await post(Buffer.alloc(4_600_000, 1), 'image/png')).status).toBe(200);
    expect((await post(Buffer.alloc(4_800_000, 1), 'image/png')).status).toBe(413);
    expect((await post(Buffer.alloc(11_000_000, 'x'))).status).toBe(413);
  });

  it('When request line and headers are over 10,240 bytes, then it is 431', async () => {
    const withHeader = (bytes: number) => says(1, { headers: { 'x-long': 'x'.repeat(bytes) } });
    expect((await withHeader(10_000)).status).toBe(200);
    expect((await withHeader(10_240)).status).toBe(431);
    const path = `/says?${'q'.repeat(10_240)}`;
    expect((await get(path)).json).toEqual({ message: 'Request Header Fields Too Large' });
    expect((await withHeader(20_000)).status).toBe(431);
  });

  it('When the body comes in chunks, then it arrives; when it is no HTTP, then it is 400; and connections live on', async () => {
    const chunked = 'transfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n';
    const head =
      'PUT /things/1/parts/2 HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\nconnection: close\r\n';
    expect(await rawRequest(doors.httpPort, head + chunked)).toContain('"body":"abc"');
    expect(await rawRequest(doors.httpPort, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const two =
      'GET /methods HTTP/1.1\r\nhost: x\r\n\r\nGET /a/b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
    expect(await rawRequest(doors.httpPort, two)).toMatch(/\r\n\r\nget.*\r\n\r\nfull$/s);
  });
});

describe('CORS', () => {
  const ask = (headers: Record<string, string>, method = 'GET', path = '/f') =>
    call(withCors.http + path, { method, headers });
  const corsOf = (headers: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

  it('When it is a preflight, then the gateway answers, whatever the path', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'PUT' };
    for (const path of ['/f', '/nowhere']) {
      const answer = await ask(headers, 'OPTIONS', path);
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect(corsOf(answer.headers)).toEqual({
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-headers': 'x-token',
        'access-control-allow-methods': 'GET,POST',
        'access-control-max-age': '120',
      });
    }
    const stranger = { ...headers, origin: 'https://evil.example' };
    expect(corsOf((await ask(stranger, 'OPTIONS')).headers)).toEqual({});
  });

  it("When there is an allowed Origin, then the gateway's headers replace the function's; without, there are none", async () => {
    const allowed = await ask({ origin: 'https://a.b.test' });
    expect(corsOf(allowed.headers)).toEqual({
      'access-control-allow-origin': 'https://a.b.test',
      'access-control-expose-headers': 'x-exposed',
    });
    expect([allowed.headers['x-exposed'], allowed.headers['vary']]).toEqual(['yes', 'origin, accept']);
    expect(corsOf((await ask({})).headers)).toEqual({});
    expect(corsOf((await ask({ origin: 'https://evil.example' })).headers)).toEqual({});
    expect(corsOf((await ask({ origin: 'https://.test' })).headers)).toEqual({});
  });

  it('When an answer is the own of the gateway, then a page may read it too', async () => {
    const answer = await ask({ origin: 'https://shop.example' }, 'GET', '/nowhere');
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([
      404,
      'https://shop.example',
    ]);
  });
});
