import type { RelayEvents } from '@duet/shared/events/relay-events.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { type Loop, startLoop } from '../edge/loop.ts';

/** Relays the events of inventory: woken after every commit, when a retry falls due, and every 5 s: a process that died between a commit and its relay may have told nobody. */
export const relayInventoryEvents = (run: RelayEvents, log: Log): Loop =>
  startLoop({
    name: 'relay-inventory-events',
    everyMs: 5_000,
    run: async (goOn) => (await run({ goOn })).nextDueAt,
    log,
  });
