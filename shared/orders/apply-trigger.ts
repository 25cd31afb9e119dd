import { envelopeOf, type OrderClosed } from '../events/event.ts';
import type { InboxEntry } from '../events/ports.ts';
import { DomainError } from '../kernel/errors.ts';
import type { Clock, NewId } from '../kernel/ids.ts';
import { transition } from './order.ts';
import type { Order, OrderStore } from './ports.ts';
import type { Trigger } from './trigger.ts';

const MAX_TRIES = 10;

/** What applying a trigger needs. */
export type ApplyDeps = { readonly orders: OrderStore; readonly clock: Clock; readonly newId: NewId };

/**
 * Applies a trigger to an order in one guarded write, and decides anew when another trigger came first. Returns the
 * order as it is afterwards.
 *
 * @throws DomainError `invalid-state` when the state machine refuses; `overloaded` when the order never held still
 */
export const applyTrigger = async (
  deps: ApplyDeps,
  read: () => Promise<Order>,
  trigger: Trigger,
  inbox?: InboxEntry,
): Promise<Order> => {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const order = await read();
    const next = transition(order, trigger);
    if (next.kind === 'refused') {
      throw new DomainError('invalid-state', { detail: 'A rejected order cannot be cancelled.' });
    }
    if (next.kind === 'unchanged') return order;
    const now = deps.clock();
    const closed: OrderClosed = {
      ...envelopeOf('orders', deps.newId(), order.id, now),
      type: 'order-closed',
      data: {},
    };
    // A settled order that only speaks again keeps the time of its last change.
    const updatedAt = next.order.state === order.state ? order.updatedAt : new Date(now).toISOString();
    const change = { ...next.order, updatedAt, sweeps: order.sweeps, sweepAt: null };
    const result = await deps.orders.change(order, change, next.closes ? [closed] : [], inbox);
    if (result === 'duplicate') return order;
    if (result === 'done') return { ...order, ...next.order, updatedAt };
  }
  throw new DomainError('overloaded', { detail: 'The order kept changing.' });
};
