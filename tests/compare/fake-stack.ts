import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a planted fault changes of the shop below; goods of others are none. */
export type Fault = {
  readonly orderStatus?: number;
  readonly price?: number;
  readonly otherGoods?: boolean;
  readonly soldOut?: boolean;
};

const PHOTO = Buffer.from('webp');
const at = (): string => new Date().toISOString();

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/**
 * A shop of one product that answers the journey as the contract asks, in memory, on a free port of 127.0.0.1: what a comparison is
 * held against, with or without a fault. It is no stack: it has one customer and forgets everything.
 */
export const startFakeStack = async (fault: Fault = {}) => {
  const product = { id: randomUUID(), held: 0, photos: [] as unknown[], createdAt: at() };
  const orders = new Map<string, { view: Record<string, unknown>; key: string }>();

  const productView = () => ({
    id: product.id,
    name: 'Journey lamp',
    description: 'Shines on both sides.',
    priceCents: fault.price ?? 4_950,
    currency: 'EUR',
    stock: { onHand: 2, held: product.held, available: 2 - product.held },
    photos: product.photos,
    version: 1,
    createdAt: product.createdAt,
    updatedAt: product.createdAt,
  });
  const settle = (view: Record<string, unknown>, quantity: number) => {
    const enough = !fault.soldOut && 2 - product.held >= quantity;
    if (enough) product.held += quantity;
    return enough
      ? {
          ...view,
          state: 'CONFIRMED',
          lines: [{ productId: product.id, quantity, unitPriceCents: 4_950 }],
          totalCents: quantity * 4_950,
        }
      : { ...view, state: 'REJECTED', reason: 'out-of-stock' };
  };
  const place = (key: string, quantity: number) => {
    const known = [...orders.values()].find((order) => order.key === key);
    if (known)
      return {
        view: {
          ...known.view,
          ...pending(String(known.view['id']), quantity, String(known.view['placedAt'])),
        },
        replayed: true,
      };
    const view = pending(randomUUID(), quantity, at());
    orders.set(String(view['id']), { view: settle(view, quantity), key });
    return { view, replayed: false };
  };
  const pending = (id: string, quantity: number, placedAt: string): Record<string, unknown> => ({
    id,
    state: 'PENDING',
    reason: null,
    lines: [{ productId: product.id, quantity, unitPriceCents: null }],
    totalCents: null,
    currency: 'EUR',
    placedAt,
    updatedAt: placedAt,
  });
  const cancel = (id: string) => {
    const order = orders.get(id);
    if (!order) throw new Error('no such order');
    product.held = 0;
    order.view = { ...order.view, state: 'CANCELLED' };
    return order.view;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const input = () => JSON.parse(body.toString());
    const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
        .end(JSON.stringify(value));
    const path = (request.url ?? '').split('?')[0] ?? '';
    const [, first, id = '', last] = path.split('/');
    const etag = { etag: '"1"' };
    const routes: Record<string, () => unknown> = {
      'POST /auth/register': () => json(202, { status: 'accepted' }),
      'POST /auth/login': () =>
        json(200, {
          accessToken: 'a',
          tokenType: 'Bearer',
          expiresIn: 900,
          refreshToken: 'r',
          refreshExpiresIn: 60,
        }),
      'POST /products': () => {
        // A new walk begins with a new product.
        Object.assign(product, { id: randomUUID(), held: 0, photos: [], createdAt: at() });
        return json(201, productView(), { ...etag, location: `/products/${product.id}` });
      },
      'GET /products': () => {
        const first = fault.otherGoods ? { ...productView(), id: randomUUID() } : productView();
        return json(200, { items: [first], nextCursor: fault.otherGoods ? 'more' : null });
      },
      'POST /upload': () => {
        const photo = randomUUID();
        const variants = [320, 800].map((width) => ({
          width,
          height: width,
          url: `/images/${photo}/${width}.webp`,
        }));
        product.photos = [{ id: photo, state: 'READY', reason: null, variants }];
        return response.writeHead(204).end();
      },
    };
    const found = routes[`${request.method} ${path}`];
    if (found) return void found();
    if (first === 'images') {
      const headers = {
        'content-type': 'image/webp',
        'cache-control': 'public, max-age=31536000, immutable',
      };
      return void response.writeHead(200, headers).end(PHOTO);
    }
    if (first === 'products' && last === 'images') {
      const upload = {
        url: `${url}/upload`,
        fields: { key: `uploads/${id}`, 'Content-Type': 'image/jpeg' },
        expiresAt: at(),
      };
      return void json(201, { imageId: randomUUID(), upload }, { location: `/products/${id}` });
    }
    if (first === 'products') return void json(200, productView(), etag);
    if (last === 'cancel') return void json(200, cancel(id));
    if (request.method === 'GET') return void json(200, orders.get(id)?.view);
    const { view, replayed } = place(String(request.headers['idempotency-key']), input().lines[0].quantity);
    const headers = {
      location: `/orders/${view['id']}`,
      ...(replayed && { 'idempotency-replayed': 'true' }),
    };
    return void json(fault.orderStatus ?? 202, view, headers);
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return { url, close: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
};
