import type { Committed, EventBus } from '@duet/shared/events/ports.ts';
import type { RequestIds } from './request-ids.ts';

/** Most events whose request is remembered; the oldest are forgotten first. */
const REMEMBERED = 10_000;

/**
 * Lets the id of a request travel with the events that it caused, as the CloudEvents extension attribute `requestid`,
 * so that the logs of all services tell of one order under one id. It is kept in memory only: an event that is relayed
 * after a restart goes under a new id.
 */
export const carryRequestIds = (
  requestIds: RequestIds,
): { readonly remember: Committed; readonly over: (bus: EventBus) => EventBus } => {
  const requests = new Map<string, string>();
  return {
    remember: (events) => {
      const current = requestIds.current();
      if (current === undefined) return;
      for (const { id } of events) requests.set(id, current);
      for (const id of requests.keys()) {
        if (requests.size <= REMEMBERED) break;
        requests.delete(id);
      }
    },
    over: (bus) => ({
      send: async (events) => {
        const results = await bus.send(
          events.map((event) => {
            const requestid = requests.get(event.id);
            return requestid === undefined ? event : { ...event, requestid };
          }),
        );
        for (const [index, event] of events.entries()) if (!results[index]) requests.delete(event.id);
        return results;
      },
    }),
  };
};
