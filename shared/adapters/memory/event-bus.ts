import type { DomainEvent } from '../../events/event.ts';
import type { EventBus } from '../../events/ports.ts';

/** Hands each event to a consumer in this process, for tests; what the consumer throws is the event's failure. */
export const makeEventBus = (deps: { receive: (event: DomainEvent) => Promise<void> }): EventBus => ({
  send: (events) =>
    Promise.all(
      events.map((event) =>
        // By way of JSON, as over any real bus.
        deps.receive(JSON.parse(JSON.stringify(event))).then(
          () => undefined,
          (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
        ),
      ),
    ),
});
