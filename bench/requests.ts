import { Pool } from 'undici';
import { uploadPhoto } from '../shared/contract/upload-photo.ts';
import { alternate, type Contender, type Load } from './rounds.ts';
import type { Shop } from './shop.ts';
import type { Line } from './statistics.ts';

type Sent = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

/** A contender over connections of its own that checks each status. */
const contender = (process: Contender['process'], status: number, sent: (number: number) => Sent) => {
  const pool = new Pool(process.url, { connections: 8 });
  const request = async (number: number): Promise<void> => {
    const reply = await pool.request(sent(number));
    await reply.body.text();
    if (reply.statusCode !== status) throw new Error(`${process.url} answered ${reply.statusCode}`);
  };
  return { process, request, close: () => pool.close() };
};

const newProduct = async ({ client, admin }: Shop, name: string, onHand: number): Promise<string> => {
  const body = { name, description: 'For measuring.', priceCents: 1_000, onHand };
  const reply = await client.createProduct({ token: admin, idempotencyKey: `bench-${name}`, body });
  if (!reply.ok) throw new Error(`create-product: ${reply.body.title}`);
  return reply.body.id;
};

/** Ours and the baseline, measured in turn. */
const comparePair = async (
  pair: readonly [ReturnType<typeof contender>, ReturnType<typeof contender>],
  options: Load,
): Promise<Pick<Line, 'ours' | 'baseline' | 'unit'>> => {
  const [ours, baseline] = await alternate(pair, options);
  await Promise.all(pair.map(({ close }) => close()));
  if (!ours || !baseline) throw new Error('a contender has no figure');
  return { ours, baseline, unit: 'µs CPU' };
};

/** GET /products/{id} against a bare Express 5 service with the same queries. */
export const measureGetProduct = async (shop: Shop, options: Load): Promise<Line> => {
  const id = await newProduct(shop, 'read-me', 10);
  const sent = (): Sent => ({ method: 'GET', path: `/products/${id}` });
  const pair = [
    contender(shop.services.inventory, 200, sent),
    contender(shop.baselines.getProduct, 200, sent),
  ] as const;
  return { name: 'GET /products/{id}', ...(await comparePair(pair, options)), target: 1.3 };
};

/** POST /orders against a bare Express 5 service with json, zod, jose and the same transaction. */
export const measurePlaceOrder = async (shop: Shop, options: Load): Promise<Line> => {
  const productId = await newProduct(shop, 'order-me', 1_000_000);
  const tokens: string[] = [];
  for (let count = 0; count < 10; count += 1) tokens.push(await shop.customer());
  const body = JSON.stringify({ lines: [{ productId, quantity: 1 }] });
  const sent = (number: number): Sent => ({
    method: 'POST',
    path: '/orders',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${tokens[number % tokens.length]}`,
      'idempotency-key': `bench-order-${number}`,
    },
    body,
  });
  const pair = [
    contender(shop.services.orders, 202, sent),
    contender(shop.baselines.placeOrder, 202, sent),
  ] as const;
  const note = 'the relay is off: what is measured is the request alone';
  return { name: 'POST /orders', ...(await comparePair(pair, options)), target: 1.5, note };
};

/** A photo from its upload to READY against raw sharp making the same two variants. */
export const measurePhoto = async (
  shop: Shop,
  photo: Uint8Array<ArrayBuffer>,
  options: Load,
): Promise<Line> => {
  const { client, transport, admin, services, baselines } = shop;
  // A product each: a product with many photos would cost more to look at.
  const ids: string[] = [];
  for (let number = 0; number < options.warmUp + options.rounds * options.requests; number += 1) {
    ids.push(await newProduct(shop, `look-at-me-${number}`, 1));
  }
  let uploads = 0;
  const upload = async (number: number): Promise<void> => {
    const params = { id: ids[uploads++] ?? '' };
    const body = { contentType: 'image/jpeg' as const };
    const asked = await client.requestUpload({
      params,
      token: admin,
      idempotencyKey: `bench-photo-${number}`,
      body,
    });
    if (!asked.ok) throw new Error(`request-upload: ${asked.body.title}`);
    await uploadPhoto(transport, asked.body.upload, { bytes: photo, contentType: 'image/jpeg' });
    for (;;) {
      // Seldom, so that asking costs the process next to nothing.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const product = await client.getProduct({ params });
      const found = product.ok && product.body.photos.find((one) => one.id === asked.body.imageId);
      if (found && found.state === 'READY') return;
      if (found && found.state === 'REJECTED') throw new Error(`the photo was rejected: ${found.reason}`);
    }
  };
  const raw = async (): Promise<void> => {
    const reply = await fetch(baselines.resize.url, { method: 'POST', body: photo });
    await reply.arrayBuffer();
    if (!reply.ok) throw new Error(`the baseline answered ${reply.status}`);
  };
  const [ours, baseline] = await alternate(
    [
      { process: services.inventory, request: upload },
      { process: baselines.resize, request: raw },
    ],
    { ...options, atOnce: 1 },
  );
  if (!ours || !baseline) throw new Error('a contender has no figure');
  return { name: '3000x2000 JPEG, upload to READY', unit: 'µs CPU', ours, baseline, target: 1.2 };
};
