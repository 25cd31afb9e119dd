import type { DomainEvent } from '@duet/shared/events/event.ts';
import type { Committed, EventBus } from '@duet/shared/events/ports.ts';
import type { RelayEvents } from '@duet/shared/events/relay-events.ts';
import type { FunctionLog } from './log.ts';

/** Relays the events of an invocation before it ends: afterwards the environment is frozen. */
export type FreshEvents = {
  /** Told by the stores after each commit. */
  readonly committed: Committed;
  /** Names the relay, which needs a store itself. */
  readonly through: (relay: RelayEvents) => void;
  /** Sends what was committed since. Never throws: what fails stays in the outbox for the schedule. */
  readonly settle: () => Promise<void>;
  /** A use case that ends only when its events have been sent. */
  readonly over: <A extends unknown[], R>(run: (...input: A) => Promise<R>) => (...input: A) => Promise<R>;
};

/** Collects the events that stores write, and relays those very ones without a look at the rest of the outbox. */
export const makeFreshEvents = (log: FunctionLog): FreshEvents => {
  let fresh: DomainEvent[] = [];
  let relay: RelayEvents | undefined;
  const settle = async (): Promise<void> => {
    if (fresh.length === 0) return;
    const ids = fresh.map(({ id }) => id);
    fresh = [];
    try {
      await relay?.({ ids });
    } catch (error) {
      log.warn({ eventIds: ids, err: error }, 'events wait for the schedule');
    }
  };
  return {
    committed: (events) => {
      fresh.push(...events);
    },
    through: (given) => {
      relay = given;
    },
    settle,
    over:
      (run) =>
      async (...input) => {
        try {
          return await run(...input);
        } finally {
          await settle();
        }
      },
  };
};

/**
 * Lets the id of a request travel with the events that it caused, as the CloudEvents extension attribute `requestid`.
 *
 * @param bus the bus that sends them
 */
export const carryRequestId = (bus: EventBus, log: FunctionLog): EventBus => ({
  send: (events) => {
    const requestid = log.requestId();
    return bus.send(requestid === undefined ? events : events.map((event) => ({ ...event, requestid })));
  },
});
