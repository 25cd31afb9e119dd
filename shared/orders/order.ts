import type { Order, OrderLine } from './ports.ts';
import type { ReservedLines, Trigger } from './trigger.ts';

/** What a trigger does to an order: the fields that change, and whether inventory is told that it is closed. */
export type Transition =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'changed';
      readonly order: Pick<Order, 'state' | 'reason' | 'lines'>;
      readonly closes: boolean;
    }
  | { readonly kind: 'refused' };

const UNCHANGED: Transition = { kind: 'unchanged' };

const priced = (lines: readonly OrderLine[], reserved: ReservedLines): OrderLine[] =>
  lines.map((line) => ({
    ...line,
    unitPriceCents: reserved.find(({ productId }) => productId === line.productId)?.unitPriceCents ?? null,
  }));

/**
 * The order state machine, as the contract's table gives it: the only place that knows which trigger moves which state
 * where. A pair that the table does not name leaves the order unchanged; only cancelling a rejected order is refused.
 */
export const transition = (order: Order, trigger: Trigger): Transition => {
  const { state, reason, lines } = order;
  switch (trigger.type) {
    case 'stock-reserved':
      if (state === 'PENDING') {
        const stamped = priced(lines, trigger.lines);
        return {
          kind: 'changed',
          order: { state: 'CONFIRMED', reason: null, lines: stamped },
          closes: false,
        };
      }
      // Held for an order that had ended meanwhile: inventory is told to give the units back.
      if (state !== 'CONFIRMED') return { kind: 'changed', order: { state, reason, lines }, closes: true };
      return UNCHANGED;
    case 'stock-rejected':
      if (state !== 'PENDING') return UNCHANGED;
      return { kind: 'changed', order: { state: 'REJECTED', reason: trigger.reason, lines }, closes: false };
    case 'cancel':
      if (state === 'REJECTED') return { kind: 'refused' };
      if (state === 'CANCELLED') return UNCHANGED;
      return { kind: 'changed', order: { state: 'CANCELLED', reason: null, lines }, closes: true };
    case 'timeout':
      if (state !== 'PENDING') return UNCHANGED;
      return { kind: 'changed', order: { state: 'REJECTED', reason: 'timeout', lines }, closes: true };
    default:
      return trigger satisfies never;
  }
};
