import assert from 'node:assert/strict';
import type { ProductPage, ProductView } from '@duet/shared/inventory/schema.ts';
import { cursorOf } from '@duet/shared/kernel/page.ts';
import {
  newKey,
  newProduct,
  placeOrder,
  readProduct,
  settledOrder,
  unknownId,
  untilHeld,
} from '../../support/goods.ts';
import { administrator, newCustomer, someCustomer } from '../../support/people.ts';
import { call, ok, refused, type Shop } from '../../support/shop.ts';
import type { Section } from './rule.ts';

const edit = { name: 'Another lamp', description: '', priceCents: 2500 };

/** Every page of a listing. */
const allPages = async (shop: Shop, limit: number): Promise<ProductView[]> => {
  const items: ProductView[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { body }: { body: ProductPage } = await ok(shop, 'listProducts', { query });
    assert.ok(body.items.length <= limit);
    assert.ok(body.nextCursor === null || body.items.length === limit, 'a page that is not full is the last');
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
};

/** Queries that no listing takes. */
export const BAD_QUERIES = [
  'limit=0',
  'limit=101',
  'limit=-1',
  'limit=1.5',
  'limit=ten',
  'limit=',
  'limit=1e1',
  'limit=5&limit=6',
  'cursor=nonsense',
  'cursor=',
  `cursor=${cursorOf('x'.repeat(36))}`,
  `cursor=${cursorOf(unknownId())}&cursor=${cursorOf(unknownId())}`,
  'offset=3',
  'limit[]=5',
];

/** The catalogue's reading and writing routes. */
export const products: Section = {
  about: 'Products',
  rules: [
    {
      title: 'When a product is created, then Location and ETag lead to it and it is what was sent',
      run: async (shop) => {
        const { token } = await administrator(shop);
        const body = {
          name: 'Лампа 🪔',
          description: 'Two\nlines "quoted"',
          priceCents: 100_000_000,
          onHand: 1_000_000,
        };
        const made = await ok(shop, 'createProduct', { token, key: newKey(), body });
        assert.equal(made.headers.location, `/products/${made.body.id}`);
        assert.equal(made.headers.etag, '"1"');
        const read = await ok(shop, 'getProduct', { params: { id: made.body.id } });
        assert.deepEqual(read.body, made.body);
        assert.equal(read.headers.etag, '"1"');
        const { onHand, ...rest } = body;
        const { id, createdAt, updatedAt, ...seen } = read.body;
        const stock = { onHand, held: 0, available: onHand };
        assert.deepEqual(seen, { ...rest, currency: 'EUR', stock, photos: [], version: 1 });
        assert.equal(createdAt, updatedAt);
        assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000, id);
      },
    },
    {
      title: 'When a product is created without stock, then none is on hand',
      run: async (shop) => {
        const { token } = await administrator(shop);
        const { body } = await ok(shop, 'createProduct', { token, key: newKey(), body: { ...edit } });
        assert.deepEqual(body.stock, { onHand: 0, held: 0, available: 0 });
      },
    },
    {
      title: 'When a product is updated, then every field is replaced and the version goes up by one',
      run: async (shop) => {
        const { token } = await administrator(shop);
        const { id, stock } = await newProduct(shop);
        const updated = await ok(shop, 'updateProduct', {
          token,
          params: { id },
          ifMatch: '"1"',
          body: edit,
        });
        assert.equal(updated.headers.etag, '"2"');
        assert.deepEqual({ ...updated.body, ...edit, version: 2, stock }, updated.body);
        assert.deepEqual(await readProduct(shop, id), updated.body);
      },
    },
    {
      title:
        'When If-Match is missing, then 428; when it is not the present version, then 412 and nothing changes',
      run: async (shop) => {
        const { token } = await administrator(shop);
        const { id } = await newProduct(shop);
        const params = { id };
        for (const [key, body] of [
          ['updateProduct', edit],
          ['setStock', { onHand: 3 }],
        ] as const) {
          await refused(shop, key, { token, params, body }, 'precondition-required');
          await refused(shop, key, { token, params: { id: unknownId() }, body }, 'precondition-required');
          for (const ifMatch of ['"2"', '"0"', '1', 'W/"1"', '*', '"1", "2"', 'nonsense', '"01"'])
            await refused(shop, key, { token, params, body, ifMatch }, 'precondition-failed');
        }
        assert.equal((await readProduct(shop, id)).version, 1);
      },
    },
    {
      title: 'When ten administrators change the same version at once, then one of them succeeds',
      run: async (shop) => {
        const { token } = await administrator(shop);
        const { id } = await newProduct(shop);
        const answers = await Promise.all(
          Array.from({ length: 10 }, (_, n) =>
            n % 2 === 0
              ? call(shop, 'updateProduct', { token, params: { id }, ifMatch: '"1"', body: edit })
              : call(shop, 'setStock', { token, params: { id }, ifMatch: '"1"', body: { onHand: n } }),
          ),
        );
        assert.equal(answers.filter(({ status }) => status === 200).length, 1);
        assert.equal(answers.filter(({ code }) => code === 'precondition-failed').length, 9);
        assert.equal((await readProduct(shop, id)).version, 2);
      },
    },
    {
      title:
        'When stock is set, then available follows; below what orders hold it is refused; sales leave the version alone',
      run: async (shop) => {
        const { token } = await administrator(shop);
        const { id } = await newProduct(shop, { onHand: 10 });
        const order = await settledOrder(shop, await newCustomer(shop), [{ productId: id, quantity: 4 }]);
        assert.equal(order.state, 'CONFIRMED');
        const sold = await readProduct(shop, id);
        assert.deepEqual([sold.stock, sold.version], [{ onHand: 10, held: 4, available: 6 }, 1]);
        await refused(
          shop,
          'setStock',
          { token, params: { id }, ifMatch: '"1"', body: { onHand: 3 } },
          'stock-below-reserved',
        );
        const { body } = await ok(shop, 'setStock', {
          token,
          params: { id },
          ifMatch: '"1"',
          body: { onHand: 4 },
        });
        assert.deepEqual(body.stock, { onHand: 4, held: 4, available: 0 });
        assert.equal(body.version, 2);
      },
    },
    {
      title: 'When the catalogue is walked page by page, then every product comes once, in order of creation',
      run: async (shop) => {
        const made: string[] = [];
        for (let n = 0; n < 5; n += 1) made.push((await newProduct(shop)).id);
        for (const limit of [3, 100]) {
          const ids = (await allPages(shop, limit)).map(({ id }) => id);
          assert.equal(new Set(ids).size, ids.length);
          assert.deepEqual(ids, [...ids].sort());
          assert.deepEqual(
            ids.filter((id) => made.includes(id)),
            made,
          );
        }
        const { body } = await ok(shop, 'listProducts');
        assert.ok(body.items.length <= 20);
      },
    },
    {
      title: 'When a query of the catalogue is not as documented, then it is validation',
      run: async (shop) => {
        for (const query of BAD_QUERIES) await refused(shop, 'listProducts', { query }, 'validation');
      },
    },
    {
      title: 'When an order is cancelled, then its units are available again',
      run: async (shop) => {
        const customer = await someCustomer(shop);
        const { id } = await newProduct(shop, { onHand: 5 });
        const order = await placeOrder(shop, customer, [{ productId: id, quantity: 5 }]);
        await untilHeld(shop, id, 5);
        await ok(shop, 'cancelOrder', { token: customer.token, params: { id: order.id } });
        assert.deepEqual((await untilHeld(shop, id, 0)).stock, { onHand: 5, held: 0, available: 5 });
      },
    },
  ],
};
