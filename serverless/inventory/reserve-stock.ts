import type { EventHandlers } from '@duet/shared/events/receive-event.ts';
import type { ReserveStock } from '@duet/shared/inventory/reserve-stock.ts';

/** Takes order-placed from its queue. */
export const reserveStock = (run: ReserveStock): EventHandlers => ({
  'order-placed': (event) => run(event),
});
