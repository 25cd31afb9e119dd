import type * as z from 'zod';
import type { RouteKey, routes } from './routes.ts';

type Row<K extends RouteKey> = (typeof routes)[K];
type Example<R> = (R extends { body: infer S extends z.ZodType } ? { readonly body: z.input<S> } : object) &
  (R extends { success: { schema: infer S extends z.ZodType } } ? { readonly reply: z.input<S> } : object);

/** Ids of the examples: one shop, one story. */
export const exampleIds = {
  product: '0199f3a2-6b1e-7c44-9a51-3f0c8e7d2b16',
  photo: '0199f3a4-01d7-7e0a-8b39-c2d45a9e6f70',
  order: '0199f3a5-9c22-7d18-a6e4-71b08f3c5d92',
} as const;

const cursor = 'MDE5OWYzYTItNmIxZS03YzQ0LTlhNTEtM2YwYzhlN2QyYjE2';
const jwt = 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJpc3MiOiJkdWV0LWF1dGgifQ.c2lnbmF0dXJl';

const credentials = { email: 'ada@example.com', password: 'correct horse battery' };
const tokens = {
  accessToken: jwt,
  tokenType: 'Bearer',
  expiresIn: 900,
  refreshToken: 'q2Yt0cVf3y5nqQ0d8mXo4v1h7Kc2wJ9sRbZaLpTgUeI',
  refreshExpiresIn: 2_592_000,
} as const;

const edit = {
  name: 'Walnut writing desk',
  description: 'Solid walnut, 140 by 70 cm, one drawer.',
  priceCents: 48_900,
};
const product = {
  id: exampleIds.product,
  ...edit,
  currency: 'EUR' as const,
  stock: { onHand: 12, held: 2, available: 10 },
  photos: [
    {
      id: exampleIds.photo,
      state: 'READY' as const,
      reason: null,
      variants: [
        { width: 320, height: 213, url: `/images/${exampleIds.photo}/320.webp` },
        { width: 800, height: 533, url: `/images/${exampleIds.photo}/800.webp` },
      ],
    },
  ],
  version: 3,
  createdAt: '2026-10-17T08:15:30.000Z',
  updatedAt: '2026-10-18T11:02:07.450Z',
};
const newProduct = {
  ...product,
  stock: { onHand: 12, held: 0, available: 12 },
  photos: [],
  version: 1,
  updatedAt: product.createdAt,
};

const pendingOrder = {
  id: exampleIds.order,
  state: 'PENDING' as const,
  reason: null,
  lines: [{ productId: exampleIds.product, quantity: 2, unitPriceCents: null }],
  totalCents: null,
  currency: 'EUR' as const,
  placedAt: '2026-10-18T12:00:00.000Z',
  updatedAt: '2026-10-18T12:00:00.000Z',
};
const confirmedOrder = {
  ...pendingOrder,
  state: 'CONFIRMED' as const,
  lines: [{ productId: exampleIds.product, quantity: 2, unitPriceCents: 48_900 }],
  totalCents: 97_800,
  updatedAt: '2026-10-18T12:00:00.031Z',
};

/** A request body and a reply body for every route. A route without its example does not compile. */
export const examples: { readonly [K in RouteKey]: Example<Row<K>> } = {
  registerAccount: { body: credentials, reply: { status: 'accepted' } },
  logIn: { body: credentials, reply: tokens },
  refreshSession: { body: { refreshToken: 'h0Zf9uXk1w3rTq7pLs5dVb2nMc8yGaJeRiOtUzQx4Wg' }, reply: tokens },
  getJwks: {
    reply: {
      keys: [
        {
          kty: 'OKP',
          crv: 'Ed25519',
          x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
          kid: '0199f39f-4410-7b52-b1f8-0d6c2a5e9e37',
          use: 'sig',
          alg: 'EdDSA',
        },
      ],
    },
  },
  listProducts: { reply: { items: [product], nextCursor: cursor } },
  createProduct: { body: { ...edit, onHand: 12 }, reply: newProduct },
  getProduct: { reply: product },
  updateProduct: {
    body: { ...edit, priceCents: 45_900 },
    reply: { ...product, priceCents: 45_900, version: 4 },
  },
  setStock: {
    body: { onHand: 40 },
    reply: { ...product, stock: { onHand: 40, held: 2, available: 38 }, version: 4 },
  },
  requestUpload: {
    body: { contentType: 'image/jpeg' },
    reply: {
      imageId: exampleIds.photo,
      upload: {
        url: 'https://photos.example.com/',
        fields: {
          key: `uploads/${exampleIds.photo}`,
          'Content-Type': 'image/jpeg',
          policy: 'eyJleHBpcmF0aW9uIjoi4oCmIn0',
        },
        expiresAt: '2026-10-18T11:07:07.450Z',
      },
    },
  },
  getPhoto: {},
  placeOrder: { body: { lines: [{ productId: exampleIds.product, quantity: 2 }] }, reply: pendingOrder },
  listOrders: { reply: { items: [confirmedOrder], nextCursor: null } },
  getOrder: { reply: confirmedOrder },
  cancelOrder: { reply: { ...confirmedOrder, state: 'CANCELLED', updatedAt: '2026-10-18T12:05:41.902Z' } },
};
