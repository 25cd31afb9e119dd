import type { Log } from '@duet/shared/kernel/log.ts';
import type { SweepOrders } from '@duet/shared/orders/sweep-orders.ts';
import type { Context } from 'aws-lambda';

/** Kept back for sending the events of the sweep, in ms; what is not sent then waits for the relay's schedule. */
const RESERVE_MS = 20_000;

/** Looks after PENDING orders, on a schedule. */
export const sweepOrders =
  (run: SweepOrders, log: Log) =>
  async (_event: unknown, context: Context): Promise<void> => {
    const touched = await run(() => context.getRemainingTimeInMillis() > RESERVE_MS);
    log.info({ touched }, 'orders swept');
  };
