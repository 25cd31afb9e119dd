import { Agent, request } from 'undici';
import { EVENTS_MEDIA_TYPE, EventsReply } from '../../events/batch.ts';
import type { DomainEvent, EventType } from '../../events/event.ts';
import { type EventBus, UnreachableError } from '../../events/ports.ts';

/** What a gateway, or a service that is not ready or overloaded, answers in place of the subscriber. */
const AWAY: readonly number[] = [502, 503, 504];

/**
 * Delivers events over HTTP to `POST {subscriber}/events`, one request a subscriber and batch. An outbound call ends
 * after 2 s, a connection attempt after 1 s; it is not retried here, for the relay retries.
 */
export const makeEventBus = (deps: {
  /** Base URL of the subscriber of each event type that this context emits. */
  subscribers: { readonly [T in EventType]?: string };
  /** A service-to-service token for the subscriber. */
  token: (subscriber: string) => Promise<string>;
}): EventBus & { readonly close: () => Promise<void> } => {
  const agent = new Agent({ connect: { timeout: 1_000 }, headersTimeout: 2_000, bodyTimeout: 2_000 });

  const deliver = async (url: string, events: readonly DomainEvent[]): Promise<Map<string, Error>> => {
    const authorization = `Bearer ${await deps.token(url)}`;
    const reply = await request(`${url}/events`, {
      method: 'POST',
      dispatcher: agent,
      signal: AbortSignal.timeout(2_000),
      headers: { 'content-type': EVENTS_MEDIA_TYPE, authorization },
      body: JSON.stringify(events),
    }).catch((cause: unknown) => {
      throw new UnreachableError('the subscriber did not answer', { cause });
    });
    const text = await reply.body.text();
    if (AWAY.includes(reply.statusCode))
      throw new UnreachableError(`the subscriber answered ${reply.statusCode}`);
    if (reply.statusCode !== 200) throw new Error(`the subscriber answered ${reply.statusCode}`);
    const { failed } = EventsReply.parse(JSON.parse(text));
    return new Map(failed.map(({ id, detail }) => [id, new Error(detail)]));
  };

  const send: EventBus['send'] = async (events) => {
    const results: (Error | undefined)[] = events.map(() => undefined);
    const bySubscriber = new Map<string | undefined, number[]>();
    for (const [index, event] of events.entries()) {
      const url = deps.subscribers[event.type];
      bySubscriber.set(url, [...(bySubscriber.get(url) ?? []), index]);
    }
    await Promise.all(
      [...bySubscriber].map(async ([url, indexes]) => {
        const batch = indexes.flatMap((index) => events[index] ?? []);
        const errors =
          url === undefined
            ? new Error('no subscriber is configured')
            : await deliver(url, batch).catch((error: Error) => error);
        for (const index of indexes) {
          results[index] = errors instanceof Error ? errors : errors.get(events[index]?.id ?? '');
        }
      }),
    );
    return results;
  };

  return { send, close: () => agent.close() };
};
