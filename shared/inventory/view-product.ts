import type { PhotoView } from '../images/schema.ts';
import type { Product } from './ports.ts';
import type { ProductView } from './schema.ts';

/** A product as callers see it. */
export const viewProduct = (product: Product, photos: readonly PhotoView[]): ProductView => ({
  id: product.id,
  name: product.name,
  description: product.description,
  priceCents: product.priceCents,
  currency: 'EUR',
  stock: { onHand: product.onHand, held: product.held, available: product.onHand - product.held },
  photos: [...photos],
  version: product.version,
  createdAt: product.createdAt,
  updatedAt: product.updatedAt,
});
