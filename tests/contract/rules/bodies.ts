import assert from 'node:assert/strict';
import type { RouteKey } from '@duet/shared/contract/routes.ts';
import type { ErrorCode } from '@duet/shared/kernel/errors.ts';
import { administrator } from '../../support/people.ts';
import { type CallOptions, call, refused, type Shop } from '../../support/shop.ts';
import { bodyKeys, example, exampleBody, titleOf } from './examples.ts';
import type { Rule, Section } from './rule.ts';

const KIB = 1024;

/** `depth` objects, one in another. */
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

const padded = (body: unknown, bytes: number): string => {
  const text = JSON.stringify(body);
  return text + ' '.repeat(bytes - text.length);
};

/** The body with its first text, however deep, replaced. */
const withText = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((item, index) => (index === 0 ? withText(item, text) : item));
  if (typeof value !== 'object' || value === null) return value;
  let done = false;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (done || typeof member === 'number') return [name, member];
      done = true;
      return [name, withText(member, text)];
    }),
  );
};

/** Whether a body has a text in it somewhere. */
const hasText = (body: object): boolean => /:"/.test(JSON.stringify(body));

/** A bad input: what it is, its code, and how the request differs from a good one. */
export type Bad = readonly [what: string, code: ErrorCode, request: Partial<CallOptions>];

const notJson = (body: object): Bad[] => {
  const text = JSON.stringify(body);
  const bytes = Buffer.from(text);
  return [
    ['text/plain', 'unsupported-media-type', { contentType: 'text/plain' }],
    ['no media type', 'unsupported-media-type', { contentType: null }],
    ['a form', 'unsupported-media-type', { contentType: 'application/x-www-form-urlencoded', raw: 'a=1' }],
    ['JSON in latin1', 'unsupported-media-type', { contentType: 'application/json; charset=iso-8859-1' }],
    ['a media type that begins like JSON', 'unsupported-media-type', { contentType: 'application/jsonx' }],
    ['1 MB', 'too-large', { raw: padded(body, 1000 * 1000) }],
    ['64 KiB and a byte', 'too-large', { raw: padded(body, 64 * KIB + 1) }],
    ['nothing', 'malformed', { raw: '' }],
    ['no JSON', 'malformed', { raw: 'hello' }],
    ['JSON that ends early', 'malformed', { raw: text.slice(0, -1) }],
    ['JSON and more', 'malformed', { raw: `${text}{}` }],
    ['17 levels', 'malformed', { body: { ...body, extra: nested(16) } }],
    ['17 levels of arrays', 'malformed', { raw: '['.repeat(17) + ']'.repeat(17) }],
    ['60,000 brackets', 'malformed', { raw: '['.repeat(60_000) }],
    [
      'bytes that are not UTF-8',
      'malformed',
      { raw: Buffer.concat([bytes.subarray(0, -2), Buffer.of(0xc3, 0x28, 0x22, 0x7d)]) },
    ],
    ['a UTF-8 surrogate', 'malformed', { raw: Buffer.concat([Buffer.of(0x22, 0xed, 0xa0, 0x80, 0x22)]) }],
  ];
};

const badTexts = (body: Record<string, unknown>): Bad[] => [
  ['a NUL in a text', 'validation', { body: withText(body, 'a\u0000b') }],
  [
    'a lone surrogate',
    'validation',
    { raw: JSON.stringify(withText(body, 'SURROGATE')).replace('SURROGATE', '\\ud800') },
  ],
];

const notTheShape = (body: Record<string, unknown>): Bad[] => [
  ['an unknown property', 'validation', { body: { ...body, extra: 1 } }],
  ['a 10-deep unknown property', 'validation', { body: { ...body, extra: nested(10) } }],
  ['16 levels', 'validation', { body: { ...body, extra: nested(15) } }],
  ['64 KiB with an unknown property', 'validation', { raw: padded({ ...body, extra: 1 }, 64 * KIB) }],
  ['__proto__', 'validation', { raw: `{"__proto__":{"a":1},${JSON.stringify(body).slice(1)}` }],
  ...(hasText(body) ? badTexts(body) : []),
  ['an array', 'validation', { body: [body] }],
  ['null', 'validation', { raw: 'null' }],
  ['a number', 'validation', { raw: '7' }],
  ['a text', 'validation', { raw: '"text"' }],
  ...Object.keys(body).flatMap((name): Bad[] => [
    [`${name} of another type`, 'validation', { body: { ...body, [name]: { not: 'this' } } }],
    [`${name} null`, 'validation', { body: { ...body, [name]: null } }],
    ...(name === 'onHand' && 'name' in body
      ? []
      : [[`no ${name}`, 'validation', { body: { ...body, [name]: undefined } }] as const]),
  ]),
];

/** What only this route refuses. */
const particular: { readonly [K in RouteKey]?: (body: Record<string, unknown>) => Bad[] } = {
  registerAccount: (body) => [
    ['a password of 14 characters', 'validation', { body: { ...body, password: 'x'.repeat(14) } }],
    ['a password of 129 characters', 'validation', { body: { ...body, password: 'x'.repeat(129) } }],
    ['an address that is none', 'validation', { body: { ...body, email: 'nobody' } }],
    [
      'an address of 255 characters',
      'validation',
      { body: { ...body, email: `${'a'.repeat(243)}@example.com` } },
    ],
    ['a role', 'validation', { body: { ...body, role: 'admin' } }],
  ],
  createProduct: (body) => [
    ...[0, -1, 0.5, 100_000_001, 1e308, '5'].map(
      (priceCents): Bad => [`a price of ${priceCents}`, 'validation', { body: { ...body, priceCents } }],
    ),
    ...[-1, 0.5, 1_000_001].map(
      (onHand): Bad => [`${onHand} on hand`, 'validation', { body: { ...body, onHand } }],
    ),
    ['an empty name', 'validation', { body: { ...body, name: '' } }],
    ['a name of 121 characters', 'validation', { body: { ...body, name: 'x'.repeat(121) } }],
    ["an id of one's own", 'validation', { body: { ...body, id: 'x' } }],
  ],
  setStock: () =>
    [-1, 0.5, 1_000_001, '3'].map((onHand): Bad => [`${onHand}`, 'validation', { body: { onHand } }]),
  requestUpload: () =>
    ['image/svg+xml', 'image/gif', 'text/html', 'IMAGE/PNG', 'image/png; charset=utf-8'].map(
      (contentType): Bad => [contentType, 'validation', { body: { contentType } }],
    ),
  placeOrder: ({ lines }) => {
    const [line] = lines as [{ productId: string; quantity: number }];
    return [
      ['no lines', 'validation', { body: { lines: [] } }],
      ['21 lines', 'validation', { body: { lines: Array(21).fill(line) } }],
      ...[0, -1, 1.5, 1001, '1', null].map(
        (quantity): Bad => [
          `a quantity of ${quantity}`,
          'validation',
          { body: { lines: [{ ...line, quantity }] } },
        ],
      ),
      ['a product id that is none', 'validation', { body: { lines: [{ ...line, productId: 'lamp' }] } }],
      [
        'a product id in capitals',
        'validation',
        { body: { lines: [{ ...line, productId: line.productId.toUpperCase() }] } },
      ],
      ['a price from the client', 'validation', { body: { lines: [{ ...line, unitPriceCents: 1 }] } }],
      ['a total from the client', 'validation', { body: { lines: [line], totalCents: 1 } }],
    ];
  },
};

/** Every bad input of a route that takes a body, with the code that it must get. */
export const badInputs = (key: RouteKey): Bad[] => {
  const body = exampleBody(key) ?? {};
  return [...notJson(body), ...notTheShape(body), ...(particular[key]?.(body) ?? [])];
};

const options = async (shop: Shop, key: RouteKey, request: Partial<CallOptions>): Promise<CallOptions> => ({
  ...example(key),
  token: (await administrator(shop)).token,
  ...request,
});

const rulesOf = (key: RouteKey): Rule[] => [
  ...badInputs(key).map(
    ([what, code, request]): Rule => ({
      title: `When the body of ${titleOf(key)} is or has ${what}, then it is ${code}`,
      run: async (shop) => {
        await refused(shop, key, await options(shop, key, request), code);
      },
    }),
  ),
  {
    title: `When the body of ${titleOf(key)} is refused, then Idempotency-Key and If-Match have not been looked at`,
    run: async (shop) => {
      const { token } = await administrator(shop);
      const { params = {} } = example(key);
      await refused(shop, key, { params, token, body: { extra: 1 } }, 'validation');
    },
  },
  {
    title: `When a body of ${titleOf(key)} names its media type in another spelling, then it is read`,
    run: async (shop) => {
      for (const contentType of [
        'Application/JSON',
        'application/json;charset=UTF-8',
        'application/json; charset="utf-8"',
      ]) {
        // An unknown property: whatever the route does, it has read the body when it says so.
        const answer = await call(shop, key, await options(shop, key, { contentType, body: { extra: 1 } }));
        assert.equal(answer.code, 'validation', contentType);
      }
    },
  },
];

/** Every route with a body x every kind of bad input. */
export const bodies: Section = { about: 'Request bodies', rules: bodyKeys.flatMap(rulesOf) };
