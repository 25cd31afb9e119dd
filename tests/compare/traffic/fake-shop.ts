import { randomUUID } from 'node:crypto';
import type { Transport } from '@duet/shared/contract/transport.ts';
import type { Planned } from '../../../compare/generator/types.ts';
import type { Prepared, ShopUrls } from '../../../compare/traffic/job.ts';
import { CATALOGUE, CUSTOMERS, FEW, isScarce, PICTURED, PLENTY } from '../../../compare/traffic/mix.ts';
import { type FakeProduct, type Fault, makeFakeOrders, type Reply } from './fake-orders.ts';

const ORIGIN = 'http://shop.test';

/** Addresses of the fake shop: nothing listens there. */
export const FAKE_URLS: ShopUrls = { auth: ORIGIN, inventory: ORIGIN, images: ORIGIN, orders: ORIGIN };

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const preparedOf = (
  catalogue: readonly FakeProduct[],
  pictured: readonly FakeProduct[],
  expiresAt: number,
): Prepared => ({
  unique: 'fake',
  administrator: { email: 'a@duet.example', password: 'p', token: 'admin', expiresAt },
  customers: Array.from({ length: CUSTOMERS }, (_, index) => {
    const email = `c${index}@duet.example`;
    return { email, password: `password-of-${index}`, token: email, expiresAt, newest: null };
  }),
  products: catalogue.map(({ id, onHand, held, version }) => ({ id, onHand, held, version })),
  pictured: pictured.map(({ id }) => id),
  pages: [null, 'b', 'c'],
  photo: Buffer.from('a photo').toString('base64'),
});

/** A shop in memory that answers as the contract asks, with at most one planted fault. `expiresAt`: of the prepared tokens. */
export const makeFakeShop = (fault: Fault = 'none', expiresAt = Number.MAX_SAFE_INTEGER) => {
  const products = new Map<string, FakeProduct>();
  let planted = false;
  const once = (kind: Fault): boolean => {
    if (planted || fault !== kind) return false;
    planted = true;
    return true;
  };
  const orders = makeFakeOrders(products, once);
  const addProduct = (scarce: boolean, onHand: number): FakeProduct => {
    const product = { id: randomUUID(), isScarce: scarce, version: 1, onHand, held: 0, photos: [] };
    products.set(product.id, product);
    return product;
  };
  const catalogue = Array.from({ length: CATALOGUE }, (_, rank) =>
    addProduct(isScarce(rank), isScarce(rank) ? FEW : PLENTY),
  );
  const pictured = Array.from({ length: PICTURED }, () => addProduct(false, 0));

  const view = ({ id, version, onHand, held, photos }: FakeProduct) => {
    return { id, version, stock: { onHand, held, available: onHand - held }, photos };
  };
  const setStock = (product: FakeProduct, ifMatch: string | undefined, onHand: number): Reply => {
    if (ifMatch !== `"${product.version}"`) return { status: 412, body: {} };
    const before = product.onHand;
    product.version += 1;
    product.onHand = onHand;
    const body = view(product);
    if (once('lose-edit')) product.onHand = before;
    return { status: 200, body };
  };
  const addPhoto = (product: FakeProduct): Reply => {
    const imageId = randomUUID();
    product.photos.push({ id: imageId, state: once('lose-photo') ? 'PROCESSING' : 'READY' });
    const upload = { url: `${ORIGIN}/upload`, fields: { key: imageId }, expiresAt: '' };
    return { status: 201, body: { imageId, upload } };
  };
  const answerProduct = ({ headers, body }: Asked, id: string, action: string | undefined): Reply => {
    if (id === '') return { status: 200, body: { items: [], nextCursor: null } };
    const product = products.get(id);
    if (!product) return { status: 404, body: {} };
    if (action === 'stock') return setStock(product, headers['if-match'], JSON.parse(body).onHand);
    if (action === 'images') return addPhoto(product);
    return { status: 200, headers: { etag: `"${product.version}"` }, body: view(product) };
  };
  const answer = (asked: Asked): Reply => {
    const { method, path, headers, body } = asked;
    const [, top, id = '', action] = (path.split('?', 1)[0] ?? '').split('/');
    const owner = headers['authorization']?.replace('Bearer ', '') ?? '';
    if (top === 'auth' && id === 'register') return { status: 202, body: { status: 'accepted' } };
    if (top === 'auth') return { status: 200, body: { accessToken: JSON.parse(body).email, expiresIn: 900 } };
    if (top === 'upload') return { status: 204, body: undefined };
    if (top === 'products') return answerProduct(asked, id, action);
    if (method === 'POST' && id === '')
      return orders.place(owner, headers['idempotency-key'] ?? '', JSON.parse(body).lines);
    if (id === '') return orders.list(owner);
    return action === 'cancel' ? orders.cancel(owner, id) : orders.read(owner, id);
  };
  const transport: Transport = {
    send: ({ method, path, headers, body }) => {
      const flat = headers as Record<string, string>;
      const reply = answer({ method, path, headers: flat, body: String(body ?? '') });
      const bytes = new TextEncoder().encode(JSON.stringify(reply.body));
      return Promise.resolve({ status: reply.status, headers: reply.headers ?? {}, bytes });
    },
    close: () => Promise.resolve(),
  };
  /** Answers what an engine sends. */
  const take = ({ method, url, headers = {}, body }: Planned): Reply =>
    answer({ method, path: url.slice(ORIGIN.length), headers, body: String(body ?? '') });
  return { prepared: preparedOf(catalogue, pictured, expiresAt), take, transport, wasPlanted: () => planted };
};
