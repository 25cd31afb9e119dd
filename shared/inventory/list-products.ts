import { type PageQuery, pageOf, pageRequestOf } from '../kernel/page.ts';
import type { ProductPhotos, ProductStore } from './ports.ts';
import type { ProductPage } from './schema.ts';
import { viewProduct } from './view-product.ts';

/** Lists the catalogue in order of creation, a page at a time. */
export type ListProducts = (query: PageQuery) => Promise<ProductPage>;

/** Lists the catalogue. A page of n products costs two reads, whatever n is. */
export const makeListProducts =
  (deps: { products: ProductStore; photos: ProductPhotos }): ListProducts =>
  async (query) => {
    const { limit, after } = pageRequestOf(query);
    const page = pageOf(await deps.products.list({ limit: limit + 1, after }), limit);
    const photos = await deps.photos(page.items.map((product) => product.id));
    const items = page.items.map((product) => viewProduct(product, photos.get(product.id) ?? []));
    return { items, nextCursor: page.nextCursor };
  };
