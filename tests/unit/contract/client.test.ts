import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ContractViolation } from '@duet/shared/contract/check-reply.ts';
import { makeClient } from '@duet/shared/contract/client.ts';
import { makeTransport } from '@duet/shared/contract/transport.ts';
import { uploadPhoto } from '@duet/shared/contract/upload-photo.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { problemOf } from '@duet/shared/kernel/problem.ts';
import { afterEach, describe, expect, it } from 'vitest';

const ID = '0198c1a0-0000-7000-8000-000000000001';
const order = {
  id: ID,
  state: 'PENDING',
  reason: null,
  lines: [{ productId: ID, quantity: 2, unitPriceCents: null }],
  totalCents: null,
  currency: 'EUR',
  placedAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Seen = { request: IncomingMessage; body: Buffer };

/** A server that answers every request the same way, and a client of it. */
const shopThatSays = async (answer: (response: ServerResponse) => void, localAddress?: string) => {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ request, body: Buffer.concat(chunks) });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = makeTransport({ timeoutMs: 500, ...(localAddress !== undefined && { localAddress }) });
  closers.push(async () => {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { client: makeClient({ baseUrlOf: () => baseUrl, transport }), transport, baseUrl, seen };
};

const says =
  (status: number, headers: Record<string, string>, body: unknown) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const refuses = (error: DomainError) => {
  const { status, headers, body } = problemOf(error);
  return says(status, { ...headers }, body);
};

const place = {
  body: { lines: [{ productId: ID, quantity: 2 }] },
  token: 'a.b.c',
  idempotencyKey: 'key-12345',
};

describe('makeClient', () => {
  it('When a route is called, then its method, path, headers and body go out as the contract says', async () => {
    const { client, seen } = await shopThatSays(says(202, { location: `/orders/${ID}` }, order));
    const reply = await client.placeOrder({ ...place, headers: { 'x-request-id': 'r-1' } });
    expect(reply).toMatchObject({
      ok: true,
      status: 202,
      body: order,
      headers: { location: `/orders/${ID}` },
    });
    expect(seen[0]?.request).toMatchObject({ method: 'POST', url: '/orders' });
    expect(seen[0]?.request.headers).toMatchObject({
      authorization: 'Bearer a.b.c',
      'content-type': 'application/json',
      'idempotency-key': 'key-12345',
      'x-request-id': 'r-1',
    });
    expect(JSON.parse(String(seen[0]?.body))).toEqual(place.body);
  });

  it('When a route has parameters and a query, then they are put into the path, encoded', async () => {
    const { client, seen } = await shopThatSays(refuses(new DomainError('validation')));
    await client.getProduct({ params: { id: 'a/b?c' } });
    await client.listProducts({ query: { limit: '2', cursor: 'a&b' } });
    expect(seen.map(({ request }) => request.url)).toEqual([
      '/products/a%2Fb%3Fc',
      '/products?limit=2&cursor=a%26b',
    ]);
  });

  it('When the shop refuses as documented, then the problem and its code come back', async () => {
    const { client } = await shopThatSays(refuses(new DomainError('idempotency-key-reuse')));
    const reply = await client.placeOrder(place);
    expect(reply).toMatchObject({ ok: false, status: 422, code: 'idempotency-key-reuse' });
  });

  it('When a photo is read, then its bytes come back', async () => {
    const headers = { 'content-type': 'image/webp', 'cache-control': 'public, max-age=31536000, immutable' };
    const { client } = await shopThatSays(says(200, headers, 'bytes'));
    const reply = await client.getPhoto({ params: { imageId: ID, variant: '320.webp' } });
    expect(reply.ok && Buffer.from(reply.body).toString()).toBe('bytes');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['another status', says(200, { location: '/x' }, order)],
    ['a missing header field', says(202, {}, order)],
    ['another media type', says(202, { location: '/x', 'content-type': 'text/html' }, order)],
    ['a body that is not JSON', says(202, { location: '/x' }, '{')],
    ['a property that is not documented', says(202, { location: '/x' }, { ...order, extra: 1 })],
    ['a refusal that the route does not have', refuses(new DomainError('stock-below-reserved'))],
    ['a refusal that is no problem document', says(404, {}, { message: 'Not Found' })],
    [
      'a problem under another status',
      says(
        503,
        { 'content-type': 'application/problem+json' },
        problemOf(new DomainError('validation')).body,
      ),
    ],
  ])('When a reply has %s, then it is reported as a breach of the contract', async (_, answer) => {
    const { client } = await shopThatSays(answer);
    await expect(client.placeOrder(place)).rejects.toThrow(ContractViolation);
  });

  it('When a raw request is sent, then nothing of it is corrected or checked', async () => {
    const { client, seen } = await shopThatSays(says(418, {}, 'short and stout'));
    const reply = await client.raw('DELETE', '/products/../%zz', {
      headers: { 'idempotency-key': ['one-12345', 'two-12345'] },
      body: '{"a":',
    });
    expect(reply).toMatchObject({ status: 418, text: 'short and stout' });
    expect(seen[0]?.request).toMatchObject({ method: 'DELETE', url: '/products/../%zz' });
    expect(seen[0]?.request.rawHeaders.filter((field) => /^(one|two)-/.test(field))).toEqual([
      'one-12345',
      'two-12345',
    ]);
    expect(String(seen[0]?.body)).toBe('{"a":');
  });

  it('When a local address is given, then requests come from it', async () => {
    const addresses: (string | undefined)[] = [];
    const { client } = await shopThatSays((response) => {
      addresses.push(response.socket?.remoteAddress);
      says(200, { 'cache-control': 'public, max-age=300' }, { keys: [] })(response);
    }, '127.0.0.9');
    await client.getJwks();
    expect(addresses).toEqual(['127.0.0.9']);
  });

  it('When the server does not answer in time, then the call rejects', async () => {
    const { client } = await shopThatSays(() => {});
    await expect(client.getJwks()).rejects.toThrow(/timeout|aborted/i);
  });
});

describe('uploadPhoto', () => {
  it('When a form is used, then its fields come first and the file last, with its length known', async () => {
    const { transport, baseUrl, seen } = await shopThatSays(says(204, {}, ''));
    const form = {
      url: `${baseUrl}/uploads?t=1`,
      fields: { key: 'uploads/x', policy: 'p' },
      expiresAt: order.placedAt,
    };
    await uploadPhoto(transport, form, { bytes: new Uint8Array([1, 2, 3]), contentType: 'image/png' });
    const sent = seen[0];
    expect(sent?.request).toMatchObject({ method: 'POST', url: '/uploads?t=1' });
    expect(sent?.request.headers['content-length']).toBe(String(sent?.body.length));
    const parts = await new Response(new Uint8Array(sent?.body ?? []), {
      headers: { 'content-type': sent?.request.headers['content-type'] ?? '' },
    }).formData();
    expect([...parts.keys()]).toEqual(['key', 'policy', 'file']);
  });
});
