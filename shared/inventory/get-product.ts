import { DomainError } from '../kernel/errors.ts';
import type { ProductPhotos, ProductStore } from './ports.ts';
import type { ProductView } from './schema.ts';
import { viewProduct } from './view-product.ts';

/** Shows one product with its stock and photos. */
export type GetProduct = (id: string) => Promise<ProductView>;

/** @throws DomainError `not-found` */
export const makeGetProduct =
  (deps: { products: ProductStore; photos: ProductPhotos }): GetProduct =>
  async (id) => {
    const [product, photos] = await Promise.all([deps.products.find(id), deps.photos([id])]);
    if (!product) throw new DomainError('not-found');
    return viewProduct(product, photos.get(id) ?? []);
  };
