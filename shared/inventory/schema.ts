import * as z from 'zod';
import { PhotoView } from '../images/schema.ts';
import { Id } from '../kernel/ids.ts';
import { PriceCents } from '../kernel/money.ts';
import { text } from '../kernel/text.ts';

/** Most units of a product on hand. */
export const MAX_ON_HAND = 1_000_000;

/** The units of a product that are in the house. */
export const OnHand = z.int().min(0).max(MAX_ON_HAND);

const editable = { name: text(1, 120), description: text(0, 2000), priceCents: PriceCents };

/** Path parameters of a product's routes. */
export const ProductParams = z.strictObject({ id: Id });

/** Body of POST /products. Without `onHand` there is no stock yet. */
export const CreateProductInput = z.strictObject({ ...editable, onHand: OnHand.optional() });
export type CreateProductInput = z.output<typeof CreateProductInput>;

/** Body of PUT /products/{id}. */
export const UpdateProductInput = z.strictObject(editable);
export type UpdateProductInput = z.output<typeof UpdateProductInput>;

/** Body of PUT /products/{id}/stock. */
export const SetStockInput = z.strictObject({ onHand: OnHand });
export type SetStockInput = z.output<typeof SetStockInput>;

/** A product as callers see it. Always `stock.available + stock.held = stock.onHand`. Prices in euro cents. */
export const ProductView = z.strictObject({
  id: Id,
  name: z.string(),
  description: z.string(),
  priceCents: PriceCents,
  currency: z.literal('EUR'),
  stock: z.strictObject({ onHand: z.int().min(0), held: z.int().min(0), available: z.int().min(0) }),
  photos: z.array(PhotoView),
  /** Counts the changes by administrators; the ETag. Sales do not change it, so that they make no edit stale. */
  version: z.int().min(1),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type ProductView = z.output<typeof ProductView>;

/** A page of products. */
export const ProductPage = z.strictObject({ items: z.array(ProductView), nextCursor: z.string().nullable() });
export type ProductPage = z.output<typeof ProductPage>;
