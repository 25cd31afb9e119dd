import type { RouteKey } from '@duet/shared/contract/routes.ts';
import * as fc from 'fast-check';
import { bodyKeys, paths } from '../contract/rules/examples.ts';

/** How a keyed request uses its Idempotency-Key: a new one; the last request of the route again; its key for this one. */
export type KeyUse = 'new' | 'replay' | 'reuse' | 'missing';

/** Which version an If-Match names. */
export type VersionUse = 'present' | 'stale' | 'missing' | 'nonsense';

/** A line of an order; a product is told by its number in the world, beyond the last one it is an unknown id. */
export type LineStep = { readonly product: number; readonly quantity: number };

/** What is uploaded, always as image/jpeg: a photo, a small one, one of another type, a text, nothing at all. */
export const PHOTO_FILES = ['photo', 'small photo', 'png', 'text', 'empty'] as const;
export type PhotoFile = (typeof PHOTO_FILES)[number];

/**
 * One step of a customer or administrator. People, products and orders are told by number, taken modulo how many
 * there are, so that every sequence makes sense after any of its steps was taken away.
 */
export type Step =
  | { readonly step: 'register'; readonly who: number; readonly known: boolean }
  | { readonly step: 'log-in'; readonly who: number; readonly right: boolean }
  | { readonly step: 'refresh'; readonly who: number; readonly used: boolean }
  | {
      readonly step: 'create-product';
      readonly priceCents: number;
      readonly onHand: number;
      readonly key: KeyUse;
    }
  | {
      readonly step: 'update-product';
      readonly product: number;
      readonly priceCents: number;
      readonly version: VersionUse;
    }
  | {
      readonly step: 'set-stock';
      readonly product: number;
      readonly onHand: number;
      readonly version: VersionUse;
    }
  | { readonly step: 'read-product'; readonly product: number }
  | { readonly step: 'list-products'; readonly limit: number }
  | { readonly step: 'request-upload'; readonly product: number; readonly type: string; readonly key: KeyUse }
  | { readonly step: 'upload-photo'; readonly product: number; readonly file: PhotoFile }
  | {
      readonly step: 'place-order';
      readonly who: number;
      readonly lines: readonly LineStep[];
      readonly key: KeyUse;
    }
  | { readonly step: 'place-and-cancel'; readonly who: number }
  | { readonly step: 'read-order'; readonly who: number; readonly order: number }
  | { readonly step: 'list-orders'; readonly who: number; readonly limit: number }
  | { readonly step: 'cancel-order'; readonly who: number; readonly order: number }
  | {
      readonly step: 'bad-body';
      readonly route: RouteKey;
      readonly input: number;
      readonly as: 'nobody' | 'customer' | 'admin';
    }
  | { readonly step: 'bad-query'; readonly route: 'listProducts' | 'listOrders'; readonly query: number }
  | { readonly step: 'bad-method'; readonly path: number; readonly method: number };

const who = fc.nat({ max: 2 });
const product = fc.nat({ max: 4 });
const order = fc.nat({ max: 9 });
const key = fc.oneof(
  { weight: 5, arbitrary: fc.constant<KeyUse>('new') },
  { weight: 3, arbitrary: fc.constantFrom<KeyUse>('replay', 'reuse') },
  { weight: 1, arbitrary: fc.constant<KeyUse>('missing') },
);
const version = fc.oneof(
  { weight: 3, arbitrary: fc.constant<VersionUse>('present') },
  { weight: 1, arbitrary: fc.constantFrom<VersionUse>('stale', 'missing', 'nonsense') },
);
const priceCents = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(1, 100_000_000));
const onHand = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 1_000_000));
const quantity = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 13) },
);
// Mostly one or two lines of products that exist and sell, so that stock runs out and orders do get confirmed.
const ordered = fc.oneof(
  { weight: 7, arbitrary: fc.nat({ max: 1 }) },
  { weight: 2, arbitrary: fc.nat({ max: 5 }) },
);
const lines = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.record({ product: ordered, quantity }), { minLength: 1, maxLength: 2 }),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ product: ordered, quantity }), { minLength: 1, maxLength: 4 }),
  },
);
const limit = fc.constantFrom(1, 2, 3, 100);
const is = <T extends string>(step: T) => fc.constant(step);

const weighted: readonly (readonly [weight: number, step: fc.Arbitrary<Step>])[] = [
  [1, fc.record({ step: is('register'), who, known: fc.boolean() })],
  [1, fc.record({ step: is('log-in'), who, right: fc.boolean() })],
  [2, fc.record({ step: is('refresh'), who, used: fc.boolean() })],
  [2, fc.record({ step: is('create-product'), priceCents, onHand, key })],
  [2, fc.record({ step: is('update-product'), product, priceCents, version })],
  [3, fc.record({ step: is('set-stock'), product, onHand, version })],
  [1, fc.record({ step: is('read-product'), product: fc.nat({ max: 6 }) })],
  [1, fc.record({ step: is('list-products'), limit })],
  [
    1,
    fc.record({ step: is('request-upload'), product, type: fc.constantFrom('image/png', 'image/webp'), key }),
  ],
  [
    1,
    fc.record({
      step: is('upload-photo'),
      product: fc.nat({ max: 2 }),
      file: fc.constantFrom(...PHOTO_FILES),
    }),
  ],
  [7, fc.record({ step: is('place-order'), who, lines, key })],
  [1, fc.record({ step: is('place-and-cancel'), who })],
  [1, fc.record({ step: is('read-order'), who, order })],
  [1, fc.record({ step: is('list-orders'), who, limit })],
  [4, fc.record({ step: is('cancel-order'), who, order })],
  [
    6,
    fc.record({
      step: is('bad-body'),
      route: fc.constantFrom(...bodyKeys),
      input: fc.nat({ max: 59 }),
      as: fc.constantFrom('nobody', 'customer', 'admin', 'admin', 'admin'),
    }),
  ],
  [
    1,
    fc.record({
      step: is('bad-query'),
      route: fc.constantFrom('listProducts', 'listOrders'),
      query: fc.nat({ max: 20 }),
    }),
  ],
  [
    1,
    fc.record({
      step: is('bad-method'),
      path: fc.nat({ max: paths.length - 1 }),
      method: fc.nat({ max: 6 }),
    }),
  ],
];

/** Any step; the more telling ones more often. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);
