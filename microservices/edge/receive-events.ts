import {
  EVENTS_MEDIA_TYPE,
  type EventsReply,
  MAX_EVENTS_BYTES,
} from '@duet/shared/adapters/http/event-bus.ts';
import type { ReceiveEvent } from '@duet/shared/events/receive-event.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { isDeeperThan, MAX_DEPTH, parse } from '@duet/shared/kernel/parse.ts';
import * as z from 'zod';
import type { Extra } from './app.ts';
import { bearerOf } from './authenticate.ts';
import { rawBodyOf, readBody } from './body.ts';
import { json } from './json.ts';
import { isRequestId, type RequestIds, requestIdOf } from './request-ids.ts';

/** Events of a batch that are taken at a time: each needs a connection of the pool, which requests need too. */
const AT_A_TIME = 4;

/** What is known of an event before its schema is looked at. `requestid` is a CloudEvents extension of ours. */
const Batch = z
  .array(z.looseObject({ id: z.string().max(64), type: z.unknown(), subject: z.unknown() }))
  .max(500);
type Message = z.output<typeof Batch>[number];

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
      const waiting = parse(Batch, parseBatch(rawBodyOf(req)));
      const failed: EventsReply['failed'] = [];
      const worker = async () => {
        for (let message = waiting.shift(); message; message = waiting.shift()) {
          failed.push(...(await receiveOne(message)));
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, worker));
      json(res, 200, { failed } satisfies EventsReply);
    },
  };
};

const parseBatch = (bytes: Buffer): unknown => {
  if (isDeeperThan(bytes, MAX_DEPTH)) throw new DomainError('malformed');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new DomainError('malformed', { cause });
  }
};
