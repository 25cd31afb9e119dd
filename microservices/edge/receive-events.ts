import { EVENTS_MEDIA_TYPE, type EventsReply, MAX_EVENTS_BYTES } from '@duet/shared/events/batch.ts';
import type { ReceiveEvent } from '@duet/shared/events/receive-event.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { isDeeperThan, MAX_DEPTH } from '@duet/shared/kernel/parse.ts';
import type { Extra } from './app.ts';
import { bearerOf } from './authenticate.ts';
import { rawBodyOf, readBody } from './body.ts';
import { json } from './json.ts';
import { isRequestId, type RequestIds, requestIdOf } from './request-ids.ts';

/** Orders whose events are taken at a time: each needs a connection of the pool, which requests need too. */
const AT_A_TIME = 4;

/** Most events in a batch. The relay sends 50. */
const MAX_EVENTS = 500;

/** What is known of an event before its schema is looked at. `requestid` is a CloudEvents extension of ours. */
type Message = { readonly id: string } & Readonly<Record<string, unknown>>;

/**
 * POST /events: takes a batch of CloudEvents from the service whose outbox holds them, and answers which of them did
 * not take effect. The sender must prove who it is with a token that it signed for this service.
 */
export const receiveEvents = (deps: {
  verify: (token: string) => Promise<unknown>;
  receive: ReceiveEvent;
  requestIds: RequestIds;
  log: Log;
}): Extra => {
  const receiveOne = async (message: Message): Promise<EventsReply['failed']> => {
    const requestId = isRequestId(message['requestid']) ? message['requestid'] : requestIdOf(undefined);
    try {
      await deps.requestIds.run(requestId, () => deps.receive(message));
      const { id: eventId, type, subject: orderId } = message;
      deps.log.info({ requestId, eventId, type, orderId }, 'event taken');
      return [];
    } catch (error) {
      deps.log.warn({ requestId, eventId: message.id, err: error }, 'event was not taken');
      return [{ id: message.id, detail: error instanceof DomainError ? error.code : 'internal' }];
    }
  };
  return {
    method: 'POST',
    path: '/events',
    handler: async (req, res) => {
      await deps.verify(bearerOf(req));
      if (req.headers['content-type'] !== EVENTS_MEDIA_TYPE) throw new DomainError('unsupported-media-type');
      await readBody(req, MAX_EVENTS_BYTES);
      // One order's events are taken one after the other, as they were sent: out of turn they would only cost more.
      const byOrder = Map.groupBy(messagesOf(rawBodyOf(req)), ({ subject }) => subject);
      const waiting = [...byOrder.values()];
      const failed: EventsReply['failed'] = [];
      const worker = async () => {
        for (let order = waiting.shift(); order; order = waiting.shift()) {
          for (const message of order) failed.push(...(await receiveOne(message)));
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, worker));
      json(res, 200, { failed } satisfies EventsReply);
    },
  };
};

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  value.id.length <= 64;

/** The events of a batch. @throws DomainError `malformed`; `validation` when it is no list of things with an id */
const messagesOf = (bytes: Buffer): Message[] => {
  if (isDeeperThan(bytes, MAX_DEPTH)) throw new DomainError('malformed');
  const batch = parseText(bytes.toString('utf8'));
  if (Array.isArray(batch) && batch.length <= MAX_EVENTS && batch.every(isMessage)) return batch;
  throw new DomainError('validation', { detail: 'This is no batch of events.' });
};

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DomainError('malformed', { cause });
  }
};
