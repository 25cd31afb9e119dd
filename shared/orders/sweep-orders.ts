import { envelopeOf, type OrderPlaced } from '../events/event.ts';
import { type ApplyDeps, applyTrigger } from './apply-trigger.ts';
import type { Order } from './ports.ts';

/** Looks after orders that stay PENDING. Returns how many it touched. */
export type SweepOrders = () => Promise<number>;

/** Ages in ms at which order-placed is emitted again: 30 s, 2 min, 5 min. */
const TELL_AGAIN_MS = [30_000, 120_000, 300_000] as const;

/** Age in ms at which a PENDING order is rejected: 15 minutes. */
export const PENDING_LIMIT_MS = 900_000;

const BATCH = 100;

/** When the sweep looks at a new order first. Both in ms. */
export const firstSweepAt = (placedAt: number): number => placedAt + TELL_AGAIN_MS[0];

/**
 * Sweeps PENDING orders: tells inventory of them again at 30 s, 2 min and 5 min, and rejects them at 15 min. Two sweeps
 * at once do no harm: every step is guarded by the count of the steps before.
 */
export const makeSweepOrders = (deps: ApplyDeps): SweepOrders => {
  const tellAgain = async (order: Order, now: number): Promise<boolean> => {
    const sweeps = order.sweeps + 1;
    const placedAt = Date.parse(order.placedAt);
    const sweepAt = placedAt + (TELL_AGAIN_MS[sweeps] ?? PENDING_LIMIT_MS);
    const placed: OrderPlaced = {
      ...envelopeOf('orders', deps.newId(), order.id, now),
      type: 'order-placed',
      data: { lines: order.lines.map(({ productId, quantity }) => ({ productId, quantity })) },
    };
    const { state, reason, lines, updatedAt } = order;
    return (
      (await deps.orders.change(order, { state, reason, lines, updatedAt, sweeps, sweepAt }, [placed])) ===
      'done'
    );
  };

  const expire = async (order: Order): Promise<boolean> => {
    const read = async () => (await deps.orders.find(order.id)) ?? order;
    return (await applyTrigger(deps, read, { type: 'timeout' })).reason === 'timeout';
  };

  return async () => {
    const now = deps.clock();
    let touched = 0;
    for (const order of await deps.orders.dueForSweep(now, BATCH)) {
      const expired = Date.parse(order.placedAt) + PENDING_LIMIT_MS <= now;
      if (expired ? await expire(order) : await tellAgain(order, now)) touched += 1;
    }
    return touched;
  };
};
