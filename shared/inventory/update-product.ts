import { DomainError } from '../kernel/errors.ts';
import type { Clock } from '../kernel/ids.ts';
import type { ProductPhotos, ProductStore } from './ports.ts';
import type { ProductView, UpdateProductInput } from './schema.ts';
import { viewProduct } from './view-product.ts';

/** Replaces a product's editable fields; `version` is the one that the caller saw. */
export type UpdateProduct = (id: string, version: number, input: UpdateProductInput) => Promise<ProductView>;

/** @throws DomainError `not-found`; `precondition-failed` when the product changed since */
export const makeUpdateProduct =
  (deps: { products: ProductStore; photos: ProductPhotos; clock: Clock }): UpdateProduct =>
  async (id, version, input) => {
    const updatedAt = new Date(deps.clock()).toISOString();
    const updated = await deps.products.update(id, version, { ...input, updatedAt });
    if (updated === 'not-found') throw new DomainError('not-found');
    if (updated === 'stale') throw new DomainError('precondition-failed');
    return viewProduct(updated, (await deps.photos([id])).get(id) ?? []);
  };
