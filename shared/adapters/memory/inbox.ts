import type { InboxEntry } from '../../events/ports.ts';

/** When each event id was received, in ms. */
export type MemoryInbox = Map<string, number>;

/** Remembers an event id. */
export const addToInbox = (inbox: MemoryInbox, { eventId, receivedAt }: InboxEntry): void => {
  inbox.set(eventId, receivedAt);
};

/** Forgets event ids received before `before` (ms). */
export const forgetBefore = (inbox: MemoryInbox, before: number): void => {
  for (const [eventId, receivedAt] of inbox) if (receivedAt < before) inbox.delete(eventId);
};
