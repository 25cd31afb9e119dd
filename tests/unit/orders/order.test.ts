import { transition } from '@duet/shared/orders/order.ts';
import type { Order } from '@duet/shared/orders/ports.ts';
import { OrderState } from '@duet/shared/orders/schema.ts';
import type { Trigger } from '@duet/shared/orders/trigger.ts';
import { describe, expect, it } from 'vitest';
import { ada, idOf } from '../support/world.ts';

const A = idOf(1, 7);
const B = idOf(2, 7);

const orderIn = (state: OrderState): Order => ({
  id: idOf(9),
  userId: ada.id,
  state,
  reason: state === 'REJECTED' ? 'out-of-stock' : null,
  lines: [
    { productId: A, quantity: 1, unitPriceCents: state === 'CONFIRMED' ? 100 : null },
    { productId: B, quantity: 2, unitPriceCents: state === 'CONFIRMED' ? 200 : null },
  ],
  placedAt: '2026-10-18T12:00:00.000Z',
  updatedAt: '2026-10-18T12:00:00.000Z',
  sweeps: 0,
});

const triggers: Record<Trigger['type'], Trigger> = {
  'stock-reserved': {
    type: 'stock-reserved',
    lines: [
      { productId: B, unitPriceCents: 200 },
      { productId: A, unitPriceCents: 100 },
    ],
  },
  'stock-rejected': { type: 'stock-rejected', reason: 'unknown-product' },
  cancel: { type: 'cancel' },
  timeout: { type: 'timeout' },
};

/** What the contract says of every pair: the state afterwards, and whether order-closed is emitted. */
type Expected = 'unchanged' | 'refused' | { readonly to: OrderState; readonly closes: boolean };

const table: Record<OrderState, Record<Trigger['type'], Expected>> = {
  PENDING: {
    'stock-reserved': { to: 'CONFIRMED', closes: false },
    'stock-rejected': { to: 'REJECTED', closes: false },
    cancel: { to: 'CANCELLED', closes: true },
    timeout: { to: 'REJECTED', closes: true },
  },
  CONFIRMED: {
    'stock-reserved': 'unchanged',
    'stock-rejected': 'unchanged',
    cancel: { to: 'CANCELLED', closes: true },
    timeout: 'unchanged',
  },
  REJECTED: {
    'stock-reserved': { to: 'REJECTED', closes: true },
    'stock-rejected': 'unchanged',
    cancel: 'refused',
    timeout: 'unchanged',
  },
  CANCELLED: {
    'stock-reserved': { to: 'CANCELLED', closes: true },
    'stock-rejected': 'unchanged',
    cancel: 'unchanged',
    timeout: 'unchanged',
  },
};

const pairs = OrderState.options.flatMap((state) =>
  Object.values(triggers).map((trigger) => [state, trigger.type, trigger] as const),
);

describe('transition', () => {
  it.each(pairs)(
    'When an order is %s and %s comes, then it is as the contract says',
    (state, type, trigger) => {
      const expected = table[state][type];
      const result = transition(orderIn(state), trigger);
      if (typeof expected === 'string') expect(result).toEqual({ kind: expected });
      else {
        expect(result).toMatchObject({
          kind: 'changed',
          closes: expected.closes,
          order: { state: expected.to },
        });
      }
    },
  );

  it('When stock is reserved, then every line has the price of its own product', () => {
    const result = transition(orderIn('PENDING'), triggers['stock-reserved']);
    expect(result).toMatchObject({
      order: {
        reason: null,
        lines: [
          { productId: A, quantity: 1, unitPriceCents: 100 },
          { productId: B, quantity: 2, unitPriceCents: 200 },
        ],
      },
    });
  });

  it.each([
    ['stock-rejected', 'unknown-product'],
    ['timeout', 'timeout'],
  ] as const)('When an order is rejected by %s, then the reason is %s', (type, reason) => {
    expect(transition(orderIn('PENDING'), triggers[type])).toMatchObject({ order: { reason } });
  });

  it('When a late reservation comes for a closed order, then nothing of the order changes', () => {
    for (const state of ['REJECTED', 'CANCELLED'] as const) {
      const { reason, lines } = orderIn(state);
      expect(transition(orderIn(state), triggers['stock-reserved'])).toMatchObject({
        order: { state, reason, lines },
      });
    }
  });
});
