import { type CreatedOnce, createOnce, type IdempotencyScope } from '../kernel/idempotency.ts';
import type { Clock, NewId } from '../kernel/ids.ts';
import type { Product, ProductStore } from './ports.ts';
import type { CreateProductInput, ProductView } from './schema.ts';
import { viewProduct } from './view-product.ts';

/** Adds a product to the catalogue, once for each key. */
export type CreateProduct = (
  input: CreateProductInput,
  scope: IdempotencyScope,
) => Promise<CreatedOnce<ProductView>>;

/**
 * Adds a product.
 *
 * @throws DomainError `idempotency-key-reuse`, `idempotency-in-progress`
 */
export const makeCreateProduct =
  (deps: { products: ProductStore; clock: Clock; newId: NewId }): CreateProduct =>
  async (input, scope) => {
    const now = new Date(deps.clock()).toISOString();
    const product: Product = {
      id: deps.newId(),
      name: input.name,
      description: input.description,
      priceCents: input.priceCents,
      onHand: input.onHand ?? 0,
      held: 0,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    const reply = { status: 201, location: `/products/${product.id}`, body: viewProduct(product, []) };
    return createOnce(scope, reply, (record) => deps.products.insert(product, record));
  };
