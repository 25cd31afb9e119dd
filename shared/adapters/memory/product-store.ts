import type { Product, ProductStore } from '../../inventory/ports.ts';
import { claimKey, type MemoryRecords } from './idempotency.ts';

/** The products that the product store and the reservation store share. */
export type MemoryProducts = Map<string, Product>;

/** Products in this process's memory, for tests. Give the same `products` to the reservation store. */
export const makeProductStore = (deps: { products?: MemoryProducts } = {}): ProductStore => {
  const products: MemoryProducts = deps.products ?? new Map();
  const records: MemoryRecords = new Map();
  const save = (product: Product): Product => {
    products.set(product.id, product);
    return product;
  };
  return {
    insert: async (product, record) => claimKey(records, record, () => save(product)),
    find: async (id) => products.get(id),
    findMany: async (ids) => [...products.values()].filter(({ id }) => ids.includes(id)),
    list: async ({ limit, after = '' }) =>
      [...products.values()]
        .filter(({ id }) => id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    update: async (id, version, edit) => {
      const product = products.get(id);
      if (!product) return 'not-found';
      if (product.version !== version) return 'stale';
      return save({ ...product, ...edit, version: version + 1 });
    },
    setOnHand: async (id, version, onHand, updatedAt) => {
      const product = products.get(id);
      if (!product) return 'not-found';
      if (product.version !== version) return 'stale';
      if (product.held > onHand) return 'below-reserved';
      return save({ ...product, onHand, updatedAt, version: version + 1 });
    },
  };
};
