import type { Log } from '@duet/shared/kernel/log.ts';
import type { SweepOrders } from '@duet/shared/orders/sweep-orders.ts';

/** Looks after PENDING orders, on a schedule. */
export const sweepOrders = (run: SweepOrders, log: Log) => async (): Promise<void> => {
  log.info({ touched: await run() }, 'orders swept');
};
