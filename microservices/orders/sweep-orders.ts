import type { Log } from '@duet/shared/kernel/log.ts';
import type { SweepOrders } from '@duet/shared/orders/sweep-orders.ts';
import { type Loop, startLoop } from '../edge/loop.ts';

/** Looks after PENDING orders, every 5 s. */
export const sweepOrders = (run: SweepOrders, log: Log): Loop =>
  startLoop({
    name: 'sweep-orders',
    everyMs: 5_000,
    run: (goOn) => run(goOn).then(() => undefined),
    log,
  });
