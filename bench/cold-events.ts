import { randomBytes, randomUUID } from 'node:crypto';
import type { Stack } from '../compare/find-stacks.ts';
import { newUuid } from '../shared/adapters/system/system.ts';
import { makeClient } from '../shared/contract/client.ts';
import { type RouteKey, routes } from '../shared/contract/routes.ts';
import type { Transport } from '../shared/contract/transport.ts';
import { uploadPhoto } from '../shared/contract/upload-photo.ts';

/** Makes the event of one more cold start of a function: each is served as a first, rightful call. */
export type MakeEvent = () => Promise<unknown>;

type Request = {
  readonly path?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An event of the HTTP API, payload 2.0. */
const httpEvent = (key: RouteKey, { path = {}, body, headers = {} }: Request = {}): unknown => {
  const { method, path: pattern } = routes[key];
  const rawPath = pattern.replace(/\{(\w+)\}/g, (_, name: string) => path[name] ?? '');
  return {
    version: '2.0',
    routeKey: `${method} ${pattern}`,
    rawPath,
    rawQueryString: '',
    headers: {
      host: 'localhost',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    pathParameters: path,
    requestContext: {
      http: { method, path: rawPath, sourceIp: '127.0.0.1', protocol: 'HTTP/1.1', userAgent: '' },
      requestId: 'bench',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
};

const sqsEvent = (event: unknown): unknown => ({
  Records: [
    {
      messageId: randomUUID(),
      receiptHandle: 'none',
      body: JSON.stringify(event),
      attributes: {},
      messageAttributes: {},
    },
  ],
});

const cloudEvent = (type: string, source: string, subject: string, data: unknown): unknown => ({
  ...{ specversion: '1.0', id: newUuid(), source, type, subject, time: new Date().toISOString() },
  ...{ datacontenttype: 'application/json', data },
});

/**
 * The events for every function that uses DynamoDB, by its key in serverless.yml. What they are about (accounts, products,
 * orders) is made over HTTP on the running stack. `photo` is a JPEG.
 */
export const makeEvents = async (
  stack: Stack,
  transport: Transport,
  photo: Uint8Array<ArrayBuffer>,
): Promise<Readonly<Record<string, MakeEvent>>> => {
  const client = makeClient({ baseUrlOf: stack.baseUrlOf, transport });
  const must = <T>(reply: { ok: true; body: T } | { ok: false; body: { title: string } }): T => {
    if (reply.ok) return reply.body;
    throw new Error(reply.body.title);
  };
  const unique = (): string => randomBytes(9).toString('base64url');
  const account = () => ({
    email: `cold-${unique()}@example.com`.toLowerCase(),
    password: 'a long enough password',
  });
  const known = account();
  must(await client.registerAccount({ body: known }));
  const { accessToken } = must(await client.logIn({ body: known }));
  const { accessToken: admin } = must(await client.logIn({ body: stack.administrator }));
  const product = must(
    await client.createProduct({
      token: admin,
      idempotencyKey: `cold-${unique()}`,
      body: { name: 'Cold lamp', description: '', priceCents: 100, onHand: 100_000 },
    }),
  );
  const path = { id: product.id };
  const lines = [{ productId: product.id, quantity: 1 }];
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const keyed = (token: string) => ({ ...bearer(token), 'idempotency-key': `cold-${unique()}` });
  const newOrder = async () =>
    must(
      await client.placeOrder({ token: accessToken, idempotencyKey: `cold-${unique()}`, body: { lines } }),
    );
  const confirmed = async (): Promise<string> => {
    const { id } = await newOrder();
    for (;;) {
      if (must(await client.getOrder({ params: { id }, token: accessToken })).state === 'CONFIRMED')
        return id;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const version = async () => `"${must(await client.getProduct({ params: path })).version}"`;
  const { imageId, upload } = must(
    await client.requestUpload({
      params: path,
      token: admin,
      idempotencyKey: `cold-${unique()}`,
      body: { contentType: 'image/jpeg' },
    }),
  );
  await uploadPhoto(transport, upload, { bytes: photo, contentType: 'image/jpeg' });
  const stored = async (): Promise<boolean> =>
    must(await client.getProduct({ params: path })).photos.some(({ state }) => state === 'READY');
  while (!(await stored())) await new Promise((resolve) => setTimeout(resolve, 20));
  const edit = { name: 'Cold lamp', description: '', priceCents: 100 };
  const s3 = { bucket: { name: 'photos' }, object: { key: `uploads/${imageId}`, size: 1 } };

  return {
    registerAccount: async () => httpEvent('registerAccount', { body: account() }),
    logIn: async () => httpEvent('logIn', { body: known }),
    refreshSession: async () =>
      httpEvent('refreshSession', {
        body: { refreshToken: must(await client.logIn({ body: known })).refreshToken },
      }),
    getJwks: async () => httpEvent('getJwks'),
    createAdministrator: async () => account(),
    sweepSessions: async () => ({}),
    listProducts: async () => httpEvent('listProducts'),
    createProduct: async () => httpEvent('createProduct', { headers: keyed(admin), body: edit }),
    getProduct: async () => httpEvent('getProduct', { path }),
    updateProduct: async () =>
      httpEvent('updateProduct', {
        path,
        headers: { ...bearer(admin), 'if-match': await version() },
        body: edit,
      }),
    setStock: async () =>
      httpEvent('setStock', {
        path,
        headers: { ...bearer(admin), 'if-match': await version() },
        body: { onHand: 100_000 },
      }),
    reserveStock: async () => sqsEvent(cloudEvent('order-placed', '/orders', newUuid(), { lines })),
    releaseStock: async () => sqsEvent(cloudEvent('order-closed', '/orders', newUuid(), {})),
    relayInventoryEvents: async () => ({}),
    requestUpload: async () =>
      httpEvent('requestUpload', { path, headers: keyed(admin), body: { contentType: 'image/jpeg' } }),
    getPhoto: async () => httpEvent('getPhoto', { path: { imageId, variant: '320.webp' } }),
    resizeImage: async () => ({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Post', s3 }] }),
    sweepImages: async () => ({}),
    placeOrder: async () => httpEvent('placeOrder', { headers: keyed(accessToken), body: { lines } }),
    listOrders: async () => httpEvent('listOrders', { headers: bearer(accessToken) }),
    getOrder: async () =>
      httpEvent('getOrder', { path: { id: (await newOrder()).id }, headers: bearer(accessToken) }),
    cancelOrder: async () =>
      httpEvent('cancelOrder', { path: { id: await confirmed() }, headers: bearer(accessToken) }),
    settleOrder: async () =>
      sqsEvent(
        cloudEvent('stock-reserved', '/inventory', await confirmed(), {
          lines: [{ ...lines[0], unitPriceCents: 100 }],
        }),
      ),
    sweepOrders: async () => ({}),
    relayOrderEvents: async () => ({}),
  };
};
