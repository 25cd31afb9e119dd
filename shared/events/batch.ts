import * as z from 'zod';

/** Media type of a batch of events over HTTP (CloudEvents HTTP binding 1.0, section 3.3). */
export const EVENTS_MEDIA_TYPE = 'application/cloudevents-batch+json';

/** Largest batch that a subscriber takes, in bytes: 50 events of 20 lines are about 100 KiB. */
export const MAX_EVENTS_BYTES = 512 * 1024;

/** A subscriber's reply: the events that it could not take. All others have taken effect for good. */
export const EventsReply = z.object({
  failed: z.array(z.object({ id: z.string(), detail: z.string() })),
});
export type EventsReply = z.output<typeof EventsReply>;
