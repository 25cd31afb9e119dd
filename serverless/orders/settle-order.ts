import type { EventHandlers } from '@duet/shared/events/receive-event.ts';
import type { SettleOrder } from '@duet/shared/orders/settle-order.ts';

/** Takes stock-reserved and stock-rejected from its queue. */
export const settleOrder = (run: SettleOrder): EventHandlers => ({
  'stock-reserved': (event) => run(event),
  'stock-rejected': (event) => run(event),
});
