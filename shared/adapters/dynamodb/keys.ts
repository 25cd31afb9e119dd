import type { IdempotencyScope } from '../../kernel/idempotency.ts';
import type { StoredItem } from './client.ts';
import type { Key } from './expression.ts';

/**
 * The layout of the tables, one a context: every item's primary key (`pk`, `sk`).
 *
 * A list whose order never changes (a user's orders, the catalogue, a product's photos) is kept in the table itself, in
 * the transaction that adds to it: reading it is strongly consistent, and a sale rewrites no index. What waits for a
 * time that changes (events, pending orders, unfinished photos) is in the sparse index gsi1: see `due.ts`.
 */
export const keyOf = {
  /** auth: the account, under its address, which makes the address unique. */
  address: (email: string): Key => ({ pk: `ADDRESS#${email}`, sk: 'ACCOUNT' }),
  /** auth: the address of an account id. */
  account: (id: string): Key => ({ pk: `ACCOUNT#${id}`, sk: 'ACCOUNT' }),
  /** auth: a refresh token by its hash. TTL. */
  token: (hash: string): Key => ({ pk: `TOKEN#${hash}`, sk: 'TOKEN' }),
  /** auth: whether a family of refresh tokens is revoked. TTL. */
  family: (id: string): Key => ({ pk: `FAMILY#${id}`, sk: 'FAMILY' }),
  /** auth: how often somebody tried in the window that ends then (ms). TTL. */
  attempts: (who: string, windowMs: number, endsAt: number): Key => ({
    pk: `ATTEMPTS#${who}`,
    sk: `WINDOW#${windowMs}#${endsAt}`,
  }),
  /** every service: its signing keys, one item. */
  signingKeys: (): Key => ({ pk: 'SIGNING-KEYS', sk: 'SIGNING-KEYS' }),
  /** inventory: a product with its stock. */
  product: (id: string): Key => ({ pk: `PRODUCT#${id}`, sk: 'PRODUCT' }),
  /** inventory: a product's place in the catalogue, whose partition is `PRODUCTS`. */
  catalogue: (id: string): Key => ({ pk: 'PRODUCTS', sk: id }),
  /** inventory: what became of an order. */
  reservation: (orderId: string): Key => ({ pk: `RESERVATION#${orderId}`, sk: 'RESERVATION' }),
  /** images: a photo. */
  photo: (id: string): Key => ({ pk: `PHOTO#${id}`, sk: 'PHOTO' }),
  /** images: the ids of a product's photos, a set, so that a page of products costs two batches and not a query each. */
  photosOf: (productId: string): Key => ({ pk: `PRODUCT#${productId}`, sk: 'PHOTOS' }),
  /** orders: an order. */
  order: (id: string): Key => ({ pk: `ORDER#${id}`, sk: 'ORDER' }),
  /** orders: an order's place in its user's list, whose partition is `USER#<id>`. */
  orderOf: (userId: string, id: string): Key => ({ pk: `USER#${userId}`, sk: id }),
  /** orders, inventory: an event that waits in the outbox. */
  event: (id: string): Key => ({ pk: `EVENT#${id}`, sk: 'EVENT' }),
  /** orders, inventory: an event that was received. TTL. */
  inbox: (eventId: string): Key => ({ pk: `INBOX#${eventId}`, sk: 'INBOX' }),
  /** orders, inventory, images: the stored reply of a request with an idempotency key. Kept as long as what it made. */
  idempotency: ({ userId, route, key }: IdempotencyScope): Key => ({
    pk: `IDEMPOTENCY#${userId}#${route}#${key}`,
    sk: 'IDEMPOTENCY',
  }),
} as const;

/** The value of `ttl`, in seconds, of an item that is worthless after `at` (ms). DynamoDB deletes days late: check. */
export const ttlOf = (at: number): number => Math.ceil(at / 1000);

/** What an item holds besides its keys. The shape is what the same store wrote. */
export const contentOf = <T>({ pk, sk, gsi1pk, gsi1sk, ttl, ...content }: StoredItem): T => content as T;
