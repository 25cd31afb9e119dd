import type { Committed, EventBus } from '@duet/shared/events/ports.ts';
import type { Loop } from './loop.ts';
import type { RequestIds } from './request-ids.ts';

/** Most events whose request is remembered; the oldest are forgotten first. */
const REMEMBERED = 10_000;

/** Pause before a commit of another process is looked at, in ms: that process relays it itself, unless it died. */
const OTHERS_MS = 200;

/** What connects a commit with the relay of its events. */
export type FreshEvents = {
  /** For the stores: wakes the relay, and remembers for which request an event was made. */
  readonly committed: Committed;
  /** For LISTEN: some process, perhaps this one, has committed events. */
  readonly noticed: () => void;
  /** Names the loop that is to be woken, once it runs. */
  readonly wakes: (loop: Pick<Loop, 'wake'>) => void;
  /** A bus on which events carry the id of their request, as the CloudEvents extension attribute `requestid`. */
  readonly over: (bus: EventBus) => EventBus;
};

/**
 * Relays events at once after their commit, and lets the id of the request travel with them, so that the logs of all
 * services tell of one order under one id. The ids are in memory only: after a restart an event goes without.
 */
export const makeFreshEvents = (requestIds: RequestIds): FreshEvents => {
  const requests = new Map<string, string>();
  let wake = (): void => {};
  let isNoticed = false;

  const remember: Committed = (events) => {
    const current = requestIds.current();
    if (current === undefined) return;
    for (const { id } of events) requests.set(id, current);
    for (const id of requests.keys()) {
      if (requests.size <= REMEMBERED) break;
      requests.delete(id);
    }
  };
  return {
    committed: (events) => {
      remember(events);
      wake();
    },
    noticed: () => {
      if (isNoticed) return;
      isNoticed = true;
      setTimeout(() => {
        isNoticed = false;
        wake();
      }, OTHERS_MS).unref();
    },
    wakes: (loop) => {
      wake = loop.wake;
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
