import { INBOX_MS, type InboxEntry } from '../../events/ports.ts';
import { ABSENT } from './expression.ts';
import { keyOf, ttlOf } from './keys.ts';
import type { Action } from './transaction.ts';

/**
 * The action that records an event as received; refused, as `duplicate`, when it was received before. TTL forgets the
 * id after 15 days or some days later, which only makes the inbox stricter.
 */
export const receive = ({ eventId, receivedAt }: InboxEntry): Action<'duplicate'> => ({
  put: { ...keyOf.inbox(eventId), receivedAt, ttl: ttlOf(receivedAt + INBOX_MS) },
  condition: ABSENT,
  refused: 'duplicate',
});
