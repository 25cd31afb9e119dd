import type { EventHandlers } from '@duet/shared/events/receive-event.ts';
import type { ReleaseStock } from '@duet/shared/inventory/release-stock.ts';

/** Takes order-closed from its queue. */
export const releaseStock = (run: ReleaseStock): EventHandlers => ({
  'order-closed': (event) => run(event),
});
