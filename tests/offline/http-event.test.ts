/** What a function gets to see of a request, with a really started `serverless offline`. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from './raw-request.ts';
import { type Offline, startOffline } from './start-offline.ts';

let offline: Offline;

beforeAll(async () => {
  offline = await startOffline();
});
afterAll(() => offline.stop());

/** The event of a request that the function `ok` echoes. */
const eventOf = async (head: string, body: string | Buffer = ''): Promise<APIGatewayProxyEventV2> => {
  const bytes = Buffer.from(body);
  const length = bytes.length > 0 ? `content-length: ${bytes.length}\r\n` : '';
  const request = Buffer.concat([
    Buffer.from(`${head}\r\nhost: test\r\nconnection: close\r\n${length}\r\n`),
    bytes,
  ]);
  const answer = await rawRequest(offline.httpPort, request);
  return JSON.parse(Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').toString('utf8'));
};

describe('the event of a request', () => {
  it('When a header comes twice, then its values are joined by a comma under a lower-case name', async () => {
    const { headers } = await eventOf(
      'GET /ok HTTP/1.1\r\nIdempotency-Key: aaaaaaaa\r\nidempotency-key: bbbbbbbb',
    );
    expect(headers['idempotency-key']).toBe('aaaaaaaa,bbbbbbbb');
  });

  it('When there are cookies, then they are apart and in no header; when none, then there is no such field', async () => {
    const event = await eventOf('GET /ok HTTP/1.1\r\nCookie: a=1; b=2');
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.headers).not.toHaveProperty('cookie');
    expect(await eventOf('GET /ok HTTP/1.1')).not.toHaveProperty('cookies');
  });

  it('When there is a query, then it is there as it came, and decoded', async () => {
    const event = await eventOf('GET /ok?a=1&a=2&b=%20x+y&c HTTP/1.1');
    expect(event.rawQueryString).toBe('a=1&a=2&b=%20x+y&c');
    expect(event.queryStringParameters).toEqual({ a: '1,2', b: ' x y', c: '' });
    const without = await eventOf('GET /ok HTTP/1.1');
    expect(without.rawQueryString).toBe('');
    expect(without).not.toHaveProperty('queryStringParameters');
  });

  it('When the path has a parameter, then it is decoded', async () => {
    const event = await eventOf('GET /things/a%20b%C3%A9 HTTP/1.1');
    expect(event).toMatchObject({ routeKey: 'GET /things/{id}', rawPath: '/things/a bé' });
    expect(event.pathParameters).toEqual({ id: 'a bé' });
  });

  it('When the body is JSON in UTF-8, then it arrives as text', async () => {
    const head = 'POST /ok HTTP/1.1\r\ncontent-type: application/json; charset=utf-8';
    expect(await eventOf(head, '{"a":"é😀"}')).toMatchObject({ body: '{"a":"é😀"}', isBase64Encoded: false });
  });

  it('When the body is not UTF-8, or of another type, then its very bytes arrive in base64', async () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    const body = bytes.toString('base64');
    const json = await eventOf('POST /ok HTTP/1.1\r\ncontent-type: application/json', bytes);
    expect(json).toMatchObject({ body, isBase64Encoded: true });
    const other = await eventOf('POST /ok HTTP/1.1\r\ncontent-type: image/png', bytes);
    expect(other).toMatchObject({ body, isBase64Encoded: true });
  });

  it('When there is no body, then there is no such field', async () => {
    expect(await eventOf('POST /ok HTTP/1.1')).not.toHaveProperty('body');
  });

  it('When anything else is asked for, then the $default function gets it', async () => {
    const statusOf = async (head: string) =>
      (
        await rawRequest(offline.httpPort, `${head} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n`)
      ).split('\r\n\r\n');
    for (const [head, text] of [
      ['GET /nowhere', 'GET /nowhere'],
      ['DELETE /ok', 'DELETE /ok'],
      ['OPTIONS /ok', 'OPTIONS /ok'],
      ['GET /ok/', 'GET /ok/'],
      ['GET /OK', 'GET /OK'],
      ['GET /things/%ZZ', 'GET /things/%ZZ'],
    ]) {
      const [headers, body] = await statusOf(String(head));
      expect(headers).toMatch(/^HTTP\/1\.1 404 /);
      expect(body).toBe(text);
    }
    const [headers, body] = await statusOf('HEAD /ok');
    expect(headers).toMatch(/^HTTP\/1\.1 404 /);
    expect(body).toBe('');
  });

  it('When a body is larger than Lambda takes, then the gateway answers 413', async () => {
    const reply = await fetch(`${offline.api}/ok`, { method: 'POST', body: Buffer.alloc(7 * 1024 * 1024) });
    expect(reply.status).toBe(413);
    expect(await reply.json()).toEqual({ message: 'Request Entity Too Large' });
  });

  it('When it is no HTTP at all, then the gateway answers 400', async () => {
    expect(await rawRequest(offline.httpPort, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });
});
