import * as z from 'zod';
import { Id } from '../kernel/ids.ts';
import { PriceCents } from '../kernel/money.ts';

/** Most lines of an order, and most units in a line. */
export const MAX_LINES = 20;
export const MAX_QUANTITY = 1000;

/** Units of one product. */
export const Quantity = z.int().min(1).max(MAX_QUANTITY);

const PlacedLine = z.object({ productId: Id, quantity: z.int().min(1) });
const PricedLine = PlacedLine.extend({ unitPriceCents: PriceCents });

const envelope = {
  specversion: z.literal('1.0'),
  id: Id,
  source: z.string().min(1),
  /** The order that the event is about. */
  subject: Id,
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
};

/** Orders -> inventory: a customer placed an order; hold its units. Sent again by the sweep with a new id. */
export const OrderPlaced = z.object({
  ...envelope,
  type: z.literal('order-placed'),
  data: z.object({ lines: z.array(PlacedLine).min(1) }),
});
export type OrderPlaced = z.output<typeof OrderPlaced>;

/** Orders -> inventory: the order will not go ahead; units that it holds go back. */
export const OrderClosed = z.object({ ...envelope, type: z.literal('order-closed'), data: z.object({}) });
export type OrderClosed = z.output<typeof OrderClosed>;

/** Inventory -> orders: every line is held, at these unit prices. */
export const StockReserved = z.object({
  ...envelope,
  type: z.literal('stock-reserved'),
  data: z.object({ lines: z.array(PricedLine).min(1) }),
});
export type StockReserved = z.output<typeof StockReserved>;

/** Why inventory holds nothing for an order. */
export const RejectReason = z.enum(['out-of-stock', 'unknown-product']);
export type RejectReason = z.output<typeof RejectReason>;

/** Inventory -> orders: nothing is held. */
export const StockRejected = z.object({
  ...envelope,
  type: z.literal('stock-rejected'),
  data: z.object({ reason: RejectReason }),
});
export type StockRejected = z.output<typeof StockRejected>;

/** Every event, in the structured JSON form of CloudEvents 1.0: the same over HTTP and over SQS. */
export const DomainEvent = z.discriminatedUnion('type', [
  OrderPlaced,
  OrderClosed,
  StockReserved,
  StockRejected,
]);
export type DomainEvent = z.output<typeof DomainEvent>;

/** The name of an event: a fact in the past tense. */
export type EventType = DomainEvent['type'];

/** Fills in the envelope. `at` is in ms since the epoch, `source` the context that emits. */
export const envelopeOf = (source: 'orders' | 'inventory', id: string, orderId: string, at: number) =>
  ({
    specversion: '1.0',
    id,
    source: `/${source}`,
    subject: orderId,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
  }) as const;
