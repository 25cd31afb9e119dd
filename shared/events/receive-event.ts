import { parse } from '../kernel/parse.ts';
import { DomainEvent, type EventType } from './event.ts';

/** What a consumer does with an event of one type. */
export type EventHandlers = {
  readonly [T in EventType]?: (event: Extract<DomainEvent, { type: T }>) => Promise<void>;
};

/** Takes a received message to the use case of its type. */
export type ReceiveEvent = (message: unknown) => Promise<void>;

/**
 * Checks a message and hands it to its use case. An event of a type that nobody here consumes is acknowledged: a
 * sender may speak of more than one consumer cares for.
 *
 * @throws DomainError `validation` when it is not one of our events; whatever the use case throws
 */
export const makeReceiveEvent =
  (handlers: EventHandlers): ReceiveEvent =>
  async (message) => {
    const event = parse(DomainEvent, message);
    const handle = handlers[event.type] as ((event: DomainEvent) => Promise<void>) | undefined;
    await handle?.(event);
  };
