import type { AttemptLimit, AttemptStore } from '../../auth/ports.ts';
import type { DynamoClient } from './client.ts';
import { keyOf, ttlOf } from './keys.ts';

/** The counter of a limit's window at `now`. Windows are aligned to the epoch; each has an item of its own. */
const windowOf = ({ key, windowMs }: AttemptLimit, now: number) => {
  const endsAt = (Math.floor(now / windowMs) + 1) * windowMs;
  return { endsAt, item: keyOf.attempts(key, windowMs, endsAt) };
};

/** Counts of attempts in DynamoDB. A window that has ended is never asked for again, whenever TTL removes it. */
export const makeAttemptStore = ({
  client,
  table,
}: {
  client: DynamoClient;
  table: string;
}): AttemptStore => ({
  take: async (limits, now) => {
    const full = await client.transact(
      table,
      limits.map((limit) => {
        const { endsAt, item } = windowOf(limit, now);
        return {
          update: item,
          set: 'SET #ttl = :ttl ADD attempts :one',
          condition: 'attribute_not_exists(attempts) OR attempts < :limit',
          values: { ttl: ttlOf(endsAt), one: 1, limit: limit.limit },
          refused: endsAt - now,
        };
      }),
    );
    return Math.max(0, ...full);
  },

  refund: async (limits, now) => {
    await client.transact(
      table,
      limits.map((limit) => ({
        update: windowOf(limit, now).item,
        set: 'ADD attempts :minusOne',
        condition: 'attempts > :zero',
        values: { minusOne: -1, zero: 0 },
        refused: 'not counted',
      })),
    );
  },

  /** Nothing to do: TTL removes windows that have ended. */
  removeExpired: async () => {},
});
