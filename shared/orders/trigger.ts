import type { RejectReason } from '../events/event.ts';

/** Lines with the prices that inventory stamped, in cents. */
export type ReservedLines = readonly { readonly productId: string; readonly unitPriceCents: number }[];

/** What can happen to a placed order. */
export type Trigger =
  | { readonly type: 'stock-reserved'; readonly lines: ReservedLines }
  | { readonly type: 'stock-rejected'; readonly reason: RejectReason }
  | { readonly type: 'cancel' }
  | { readonly type: 'timeout' };
