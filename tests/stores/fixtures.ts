import { newUuid } from '@duet/shared/adapters/system/system.ts';
import type { RefreshToken } from '@duet/shared/auth/ports.ts';
import { type DomainEvent, envelopeOf } from '@duet/shared/events/event.ts';
import type { InboxEntry } from '@duet/shared/events/ports.ts';
import type { Photo } from '@duet/shared/images/ports.ts';
import type { Product, Reservation } from '@duet/shared/inventory/ports.ts';
import type { IdempotencyRecord } from '@duet/shared/kernel/idempotency.ts';
import type { Order } from '@duet/shared/orders/ports.ts';

/** The time at which the tests play, in ms. Stores are told the time, so it need not be now; it has a fraction of a second. */
export const NOW = Date.parse('2026-03-01T10:20:30.123Z');

/** A time as stores keep it, `ms` after NOW. */
export const later = (ms = 0): string => new Date(NOW + ms).toISOString();

/** A held reservation. */
export type Held = Extract<Reservation, { state: 'HELD' }>;

/** An inbox entry of a new event. */
export const inboxEntry = (change: Partial<InboxEntry> = {}): InboxEntry => ({
  eventId: newUuid(),
  receivedAt: NOW,
  ...change,
});

/** An event that closes an order; `at` in ms. */
export const closedEvent = (orderId = newUuid(), at = NOW): DomainEvent => ({
  ...envelopeOf('orders', newUuid(), orderId, at),
  type: 'order-closed',
  data: {},
});

/** An event that places an order of two lines; `at` in ms. */
export const placedEvent = (orderId = newUuid(), at = NOW): DomainEvent => ({
  ...envelopeOf('orders', newUuid(), orderId, at),
  type: 'order-placed',
  data: {
    lines: [
      { productId: newUuid(), quantity: 1 },
      { productId: newUuid(), quantity: 1000 },
    ],
  },
});

/** The record of a request that took effect. The body is text that no reformatting would leave as it is. */
export const idempotencyRecord = (change: Partial<IdempotencyRecord> = {}): IdempotencyRecord => ({
  userId: newUuid(),
  route: 'place-order',
  key: newUuid(),
  fingerprint: 'f'.repeat(64),
  status: 202,
  location: `/orders/${newUuid()}`,
  body: '{"z":1,  "a":"Größe \\u0041 \\"x\\"","n":1.50}',
  ...change,
});

/** A PENDING order of one line. */
export const pendingOrder = (change: Partial<Order> = {}): Order => ({
  id: newUuid(),
  userId: newUuid(),
  state: 'PENDING',
  reason: null,
  lines: [{ productId: newUuid(), quantity: 2, unitPriceCents: null }],
  placedAt: later(),
  updatedAt: later(),
  sweeps: 0,
  ...change,
});

/** A product with 100 units. */
export const product = (change: Partial<Product> = {}): Product => ({
  id: newUuid(),
  name: 'Größenlehre "A" – 10 % \\ off',
  description: '',
  priceCents: 1999,
  onHand: 100,
  held: 0,
  version: 1,
  createdAt: later(),
  updatedAt: later(),
  ...change,
});

/** A reservation of these units by product id. */
export const heldReservation = (units: Readonly<Record<string, number>>, orderId = newUuid()): Held => ({
  orderId,
  state: 'HELD',
  lines: Object.entries(units).map(([productId, quantity]) => ({
    productId,
    quantity,
    unitPriceCents: 1999,
  })),
});

/** A photo that awaits its upload. */
export const awaitingPhoto = (change: Partial<Photo> = {}): Photo => ({
  id: newUuid(),
  productId: newUuid(),
  contentType: 'image/png',
  state: 'AWAITING',
  reason: null,
  variants: [],
  createdAt: later(),
  updatedAt: later(),
  ...change,
});

/** A refresh token of a new family, good for an hour. */
export const refreshToken = (change: Partial<RefreshToken> = {}): RefreshToken => ({
  hash: `${newUuid()}${newUuid()}`.replaceAll('-', ''),
  familyId: newUuid(),
  accountId: newUuid(),
  expiresAt: NOW + 3_600_000,
  ...change,
});
