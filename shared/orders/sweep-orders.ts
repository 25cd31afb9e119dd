import { envelopeOf, type OrderPlaced } from '../events/event.ts';
import type { GoOn } from '../events/relay-events.ts';
import { type ApplyDeps, applyTrigger } from './apply-trigger.ts';
import type { Order } from './ports.ts';

/** Looks after orders that stay PENDING, a batch at a time for as long as `goOn` says. Returns how many it touched. */
export type SweepOrders = (goOn?: GoOn) => Promise<number>;

/** Ages in ms at which order-placed is emitted again: 30 s, 2 min, 5 min. */
const TELL_AGAIN_MS = [30_000, 120_000, 300_000] as const;

/** Age in ms at which a PENDING order is rejected: 15 minutes. */
export const PENDING_LIMIT_MS = 900_000;

const BATCH = 100;

/** When the sweep looks at a new order first. Both in ms. */
export const firstSweepAt = (placedAt: number): number => placedAt + TELL_AGAIN_MS[0];

/**
 * Sweeps PENDING orders: tells inventory of them again at 30 s, 2 min and 5 min, and rejects them at 15 min. Two sweeps
 * at once do no harm: every step is guarded by the count of the steps before. An order for which nobody came
 * in time is told of once, whatever it missed.
 */
export const makeSweepOrders = (deps: ApplyDeps): SweepOrders => {
  const tellAgain = async (order: Order, now: number): Promise<boolean> => {
    const placedAt = Date.parse(order.placedAt);
    const passed = TELL_AGAIN_MS.filter((age) => placedAt + age <= now).length;
    const sweeps = Math.max(order.sweeps + 1, passed);
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

  const step = (order: Order, now: number): Promise<boolean> =>
    Date.parse(order.placedAt) + PENDING_LIMIT_MS <= now ? expire(order) : tellAgain(order, now);

  return async (goOn = () => true) => {
    const now = deps.clock();
    const seen = new Set<string>();
    let touched = 0;
    const failures: unknown[] = [];
    const takeTurn = async (order: Order): Promise<void> => {
      try {
        if (await step(order, now)) touched += 1;
      } catch (error) {
        // One order that fails must not keep the turn from all that are due behind it.
        failures.push(error);
      }
    };
    const finish = (): number => {
      if (failures.length > 0) throw new AggregateError(failures, `${failures.length} orders were not swept`);
      return touched;
    };
    for (;;) {
      const due = await deps.orders.dueForSweep(now, BATCH);
      // All that are due get their turn in one run, for the next may be a minute away; each once, so that it ends.
      const fresh = due.filter(({ id }) => !seen.has(id));
      if (fresh.length === 0) return finish();
      for (const order of fresh) {
        if (!goOn()) return finish();
        seen.add(order.id);
        await takeTurn(order);
      }
    }
  };
};
