import { randomUUID } from 'node:crypto';
import type { Product, ProductStore } from '../../inventory/ports.ts';
import type { DynamoClient, StoredItem, Update } from './client.ts';
import { claimKey } from './idempotency.ts';
import { contentOf, keyOf } from './keys.ts';

/**
 * A product as it is stored: `available` instead of the units on hand, for a condition cannot compute. A hold asks for
 * `available >= n` and setting the stock for `held <= n`; each is one condition, and no write has to read before.
 * `edit` is the mark of the last edit.
 */
type Stored = Omit<Product, 'onHand'> & { readonly available: number; readonly edit?: string };

const productOf = (item: StoredItem): Product => {
  const { available, edit, ...product } = contentOf<Stored>(item);
  return { ...product, onHand: available + product.held };
};

/** Products in DynamoDB. The catalogue's order is that of ids, in one partition: 3,000 reads of a page a second. */
export const makeProductStore = (deps: { client: DynamoClient; table: string }): ProductStore => {
  const { client, table } = deps;
  const findMany = async (ids: readonly string[]): Promise<readonly Product[]> =>
    (await client.batchGet(table, ids.map(keyOf.product))).map(productOf);

  /** Edits a product of this version. An edit whose answer was lost knows its own mark when it is tried again. */
  const edit = async (
    id: string,
    version: number,
    { set, condition, values }: Omit<Update, 'key'>,
  ): Promise<Product | 'not-found' | 'stale' | 'refused'> => {
    const mark = randomUUID();
    const result = await client.update(table, {
      key: keyOf.product(id),
      set: `${set}, version = :next, edit = :mark`,
      condition: `version = :version${condition ? ` AND ${condition}` : ''}`,
      values: { ...values, version, next: version + 1, mark },
    });
    if (!result.item) return 'not-found';
    if (result.kind === 'updated' || result.item['edit'] === mark) return productOf(result.item);
    return result.item['version'] === version ? 'refused' : 'stale';
  };

  return {
    insert: (product, record) => {
      const { onHand, ...rest } = product;
      const stored: Stored = { ...rest, available: onHand - product.held };
      return claimKey(client, table, record, [
        { put: { ...keyOf.product(product.id), ...stored } },
        { put: keyOf.catalogue(product.id) },
      ]);
    },

    find: async (id) => {
      const item = await client.get(table, keyOf.product(id));
      return item && productOf(item);
    },

    findMany,

    list: async ({ limit, after = '' }) => {
      const { pk } = keyOf.catalogue('');
      const where = after ? 'pk = :pk AND sk > :after' : 'pk = :pk';
      const values = { pk, after: after || undefined };
      const places = await client.query(table, { where, values, limit });
      return findMany(places.map(({ sk }) => String(sk)));
    },

    update: async (id, version, { name, description, priceCents, updatedAt }) => {
      const set =
        'SET #name = :name, description = :description, priceCents = :priceCents, updatedAt = :updatedAt';
      const result = await edit(id, version, { set, values: { name, description, priceCents, updatedAt } });
      if (result === 'refused') throw new Error('an edit without a further condition was refused');
      return result;
    },

    setOnHand: async (id, version, onHand, updatedAt) => {
      const set = 'SET available = :onHand - held, updatedAt = :updatedAt';
      const result = await edit(id, version, {
        set,
        condition: 'held <= :onHand',
        values: { onHand, updatedAt },
      });
      return result === 'refused' ? 'below-reserved' : result;
    },
  };
};
