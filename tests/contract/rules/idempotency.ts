import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { type RouteKey, routes } from '@duet/shared/contract/routes.ts';
import { newKey, newProduct, settled } from '../../support/goods.ts';
import { administrator, logIn, newCustomer, type Person } from '../../support/people.ts';
import { type Answer, type CallOptions, call, ok, refused, type Shop } from '../../support/shop.ts';
import { exampleBody, routeKeys, titleOf } from './examples.ts';
import type { Rule, Section } from './rule.ts';

const keyed = routeKeys.filter((key) => 'idempotencyKey' in routes[key]);

/** Another body that the route takes as well. */
const OTHER: { readonly [K in RouteKey]?: Record<string, unknown> } = {
  createProduct: { name: 'Another lamp' },
  requestUpload: { contentType: 'image/webp' },
};

type Prepared = { readonly options: CallOptions; readonly other: CallOptions };

/** A request that goes well, and another of the same route, neither with a key yet. */
const prepare = async (shop: Shop, key: RouteKey): Promise<Prepared> => {
  const { token } = await administrator(shop);
  const { id } = await newProduct(shop);
  const body = key === 'placeOrder' ? { lines: [{ productId: id, quantity: 1 }] } : exampleBody(key);
  const changed = OTHER[key] ?? { lines: [{ productId: id, quantity: 2 }] };
  const options = { token, body, ...(key === 'requestUpload' && { params: { id } }) };
  return { options, other: { ...options, body: { ...body, ...changed } } };
};

const assertReplay = (again: Answer, first: Answer): void => {
  assert.equal(again.status, first.status);
  assert.deepEqual(again.bytes, first.bytes);
  assert.equal(again.headers.location, first.headers.location);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(again.headers.etag, first.headers.etag);
};

const NO_KEYS = [
  '',
  'short-7',
  'x'.repeat(65),
  'has a space',
  'has,comma,in-it',
  '"unbalanced',
  'semi;colon-key',
  '"quoted key"',
  'key/slash1',
];

const rulesOf = (key: RouteKey): Rule[] => [
  {
    title: `When ${titleOf(key)} has no proper Idempotency-Key, then it is idempotency-key-missing`,
    run: async (shop) => {
      const { options } = await prepare(shop, key);
      await refused(shop, key, options, 'idempotency-key-missing');
      for (const bad of NO_KEYS)
        await refused(shop, key, { ...options, key: bad }, 'idempotency-key-missing');
    },
  },
  {
    title: `When ${titleOf(key)} has two Idempotency-Key fields, then it is refused, equal or not`,
    run: async (shop) => {
      const { options } = await prepare(shop, key);
      const one = newKey();
      for (const two of [one, newKey()]) {
        const headers = [
          ['idempotency-key', one],
          ['idempotency-key', two],
        ] as const;
        await refused(shop, key, { ...options, headers }, 'idempotency-key-missing');
      }
    },
  },
  {
    title: `When ${titleOf(key)} is repeated, then the reply is the first one, byte for byte, marked as replayed`,
    run: async (shop) => {
      const { options } = await prepare(shop, key);
      const keyed = { ...options, key: newKey() };
      const first = await ok(shop, key, keyed);
      assert.equal(first.headers['idempotency-replayed'], undefined);
      assertReplay(await call(shop, key, keyed), first);
      assertReplay(await call(shop, key, { ...keyed, key: `"${keyed.key}"` }), first);
    },
  },
  {
    title: `When the body of a repeated ${titleOf(key)} is the same in another spelling, then it is replayed`,
    run: async (shop) => {
      const { options } = await prepare(shop, key);
      const keyed = { ...options, key: newKey() };
      const first = await ok(shop, key, keyed);
      const turned = Object.fromEntries(Object.entries(options.body as object).reverse());
      const { body: _, ...rest } = keyed;
      assertReplay(await call(shop, key, { ...rest, raw: `  ${JSON.stringify(turned, null, 3)}\n` }), first);
    },
  },
  {
    title: `When a key of ${titleOf(key)} is used for another body, then it is idempotency-key-reuse`,
    run: async (shop) => {
      const { options, other } = await prepare(shop, key);
      const keyed = { ...options, key: newKey() };
      const first = await ok(shop, key, keyed);
      await refused(shop, key, { ...other, key: keyed.key }, 'idempotency-key-reuse');
      assertReplay(await call(shop, key, keyed), first);
    },
  },
  {
    title: `When ${titleOf(key)} was refused, then its key is as good as new`,
    run: async (shop) => {
      const { options } = await prepare(shop, key);
      const keyed = { ...options, key: newKey() };
      await refused(shop, key, { ...keyed, body: { ...(options.body as object), extra: 1 } }, 'validation');
      const first = await ok(shop, key, keyed);
      assert.equal(first.headers['idempotency-replayed'], undefined);
    },
  },
  {
    title: `When ${titleOf(key)} arrives 20 times at once, then it takes effect once and every reply is that one or 409`,
    run: async (shop) => {
      const { options } = await prepare(shop, key);
      const keyed = { ...options, key: newKey() };
      /** A twin that meets a crowded stack comes again, as Retry-After tells it to. */
      const comeAgain = async (tries = 5): Promise<Awaited<ReturnType<typeof call>>> => {
        const reply = await call(shop, key, keyed);
        if (reply.code !== 'overloaded' || tries <= 1) return reply;
        await pause(1_000 * Number(reply.headers['retry-after']));
        return comeAgain(tries - 1);
      };
      const twins = await Promise.all(Array.from({ length: 20 }, () => comeAgain()));
      const done = twins.filter(({ status }) => status < 300);
      assert.equal(new Set(done.map(({ bytes }) => bytes.toString())).size, 1);
      assert.equal(done.filter(({ headers }) => headers['idempotency-replayed'] === undefined).length, 1);
      const others = twins.filter(({ status }) => status >= 300).map(({ code }) => code);
      assert.deepEqual(
        others.filter((code) => code !== 'idempotency-in-progress'),
        [],
      );
    },
  },
];

const lineOf = async (shop: Shop) => ({ lines: [{ productId: (await newProduct(shop)).id, quantity: 1 }] });

const ordersOf = async (shop: Shop, { token }: Person): Promise<string[]> =>
  (await ok(shop, 'listOrders', { token, query: 'limit=100' })).body.items.map(({ id }) => id);

const scope: Rule[] = [
  {
    title: 'When two customers use the same key, then each has an order of their own',
    run: async (shop) => {
      const body = await lineOf(shop);
      const key = newKey();
      const people = await Promise.all([newCustomer(shop), newCustomer(shop)]);
      const made = await Promise.all(people.map(({ token }) => ok(shop, 'placeOrder', { token, key, body })));
      assert.notEqual(made[0]?.body.id, made[1]?.body.id);
    },
  },
  {
    title: 'When one key is used on two routes or on two products, then each is a request of its own',
    run: async (shop) => {
      const { token } = await administrator(shop);
      const key = newKey();
      const [one, other] = [await newProduct(shop), await newProduct(shop)];
      const body = { contentType: 'image/png' };
      const uploads = [];
      for (const { id } of [one, other])
        uploads.push(await ok(shop, 'requestUpload', { token, key, params: { id }, body }));
      assert.notEqual(uploads[0]?.body.imageId, uploads[1]?.body.imageId);
      const order = await ok(shop, 'placeOrder', { token, key, body: await lineOf(shop) });
      assert.equal(order.headers['idempotency-replayed'], undefined);
    },
  },
  {
    title: 'When a customer has a new token, then a key of before is still theirs',
    run: async (shop) => {
      const person = await newCustomer(shop);
      const keyed = { key: newKey(), body: await lineOf(shop) };
      const first = await ok(shop, 'placeOrder', { ...keyed, token: person.token });
      const { token } = await logIn(shop, person, person.from);
      assertReplay(await call(shop, 'placeOrder', { ...keyed, token }), first);
    },
  },
  {
    title: 'When an order has moved on, then its replay still is the first reply',
    run: async (shop) => {
      const person = await newCustomer(shop);
      const keyed = { key: newKey(), body: await lineOf(shop), token: person.token };
      const first = await ok(shop, 'placeOrder', keyed);
      assert.equal((await settled(shop, person, first.body.id)).state, 'CONFIRMED');
      assertReplay(await call(shop, 'placeOrder', keyed), first);
      await ok(shop, 'cancelOrder', { token: person.token, params: { id: first.body.id } });
      assertReplay(await call(shop, 'placeOrder', keyed), first);
    },
  },
  {
    title: 'When an order arrives 20 times at once, then the customer has one order',
    run: async (shop) => {
      const person = await newCustomer(shop);
      const keyed = { key: newKey(), body: await lineOf(shop), token: person.token };
      await Promise.all(Array.from({ length: 20 }, () => call(shop, 'placeOrder', keyed)));
      assert.equal((await ordersOf(shop, person)).length, 1);
    },
  },
];

/** The Idempotency-Key, for every route that needs one. */
export const idempotency: Section = {
  about: 'Idempotency-Key',
  rules: [...keyed.flatMap(rulesOf), ...scope],
};
