import { DomainError } from '../kernel/errors.ts';
import type { Clock } from '../kernel/ids.ts';
import type { ProductPhotos, ProductStore } from './ports.ts';
import type { ProductView, SetStockInput } from './schema.ts';
import { viewProduct } from './view-product.ts';

/** Sets the units on hand; `version` is the one that the caller saw. */
export type SetStock = (id: string, version: number, input: SetStockInput) => Promise<ProductView>;

/**
 * Sets the units on hand after a count or a delivery.
 *
 * @throws DomainError `not-found`; `precondition-failed` when the product changed since; `stock-below-reserved` when
 *   orders hold more than that
 */
export const makeSetStock =
  (deps: { products: ProductStore; photos: ProductPhotos; clock: Clock }): SetStock =>
  async (id, version, input) => {
    const updatedAt = new Date(deps.clock()).toISOString();
    const updated = await deps.products.setOnHand(id, version, input.onHand, updatedAt);
    if (updated === 'not-found') throw new DomainError('not-found');
    if (updated === 'stale') throw new DomainError('precondition-failed');
    if (updated === 'below-reserved') throw new DomainError('stock-below-reserved');
    return viewProduct(updated, (await deps.photos([id])).get(id) ?? []);
  };
