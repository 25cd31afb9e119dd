import type { DomainEvent, EventType } from '../../events/event.ts';
import { type EventBus, UnreachableError } from '../../events/ports.ts';
import { DomainError } from '../../kernel/errors.ts';
import { makeQueue, type SqsCall } from './queue.ts';

/** A queue that cannot be reached, or has no room, says nothing about the event. */
const failureOf = (error: Error | undefined): Error | undefined =>
  error instanceof DomainError && error.code === 'overloaded'
    ? new UnreachableError('the queue cannot be reached', { cause: error })
    : error;

/**
 * Delivers events to SQS, ten a call; a message's body is the CloudEvent. An event counts as delivered when its
 * consumer's queue has it: from there on the queue tries until it is dead. Two types may share a queue.
 */
export const makeEventBus = (deps: {
  sqs: SqsCall;
  /** The queue of each event type that this context emits. */
  queueUrls: { readonly [T in EventType]?: string };
}): EventBus => {
  const sendTo = (
    url: string | undefined,
    events: readonly DomainEvent[],
  ): Promise<readonly (Error | undefined)[]> =>
    url === undefined
      ? Promise.resolve(events.map(({ type }) => new Error(`no queue is configured for ${type}`)))
      : makeQueue({ sqs: deps.sqs, url }).send(events.map((event) => JSON.stringify(event)));

  return {
    send: async (events) => {
      const byUrl = Map.groupBy(events, ({ type }) => deps.queueUrls[type]);
      const results = new Map<DomainEvent, Error | undefined>();
      await Promise.all(
        [...byUrl].map(async ([url, batch]) => {
          for (const [index, result] of (await sendTo(url, batch)).entries()) {
            const event = batch[index];
            if (event) results.set(event, failureOf(result));
          }
        }),
      );
      return events.map((event) => results.get(event));
    },
  };
};
