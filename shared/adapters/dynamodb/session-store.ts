import type { FoundToken, RefreshToken, SessionStore } from '../../auth/ports.ts';
import type { DynamoClient } from './client.ts';
import { ABSENT } from './expression.ts';
import { contentOf, keyOf, ttlOf } from './keys.ts';
import type { Action } from './transaction.ts';

/** Adds a token that is not used yet. */
const addToken = (token: RefreshToken): Action<never> => ({
  put: { ...keyOf.token(token.hash), ...token, used: false, ttl: ttlOf(token.expiresAt) },
});

/** Makes the family's item outlive its newest token, which is its last to expire. */
const keepFamily = ({ familyId, expiresAt }: RefreshToken) => ({
  update: keyOf.family(familyId),
  set: 'SET #ttl = :ttl',
  values: { ttl: ttlOf(expiresAt) },
});

/** Refresh tokens in DynamoDB: an item a token, and one a family, which tells whether it is revoked. */
export const makeSessionStore = ({
  client,
  table,
}: {
  client: DynamoClient;
  table: string;
}): SessionStore => ({
  start: async (token) => {
    await client.transact(table, [addToken(token), keepFamily(token)]);
  },

  find: async (hash) => {
    const item = await client.get(table, keyOf.token(hash));
    if (!item) return undefined;
    const token = contentOf<Omit<FoundToken, 'familyRevoked'>>(item);
    const family = await client.get(table, keyOf.family(token.familyId));
    return { ...token, familyRevoked: family?.['revoked'] === true };
  },

  rotate: async (hash, next) => {
    const family = keepFamily(next);
    const refused = await client.transact(table, [
      {
        update: keyOf.token(hash),
        set: 'SET used = :true',
        condition: 'used = :false',
        values: { true: true, false: false },
        refused: 'used',
      },
      { ...addToken(next), condition: ABSENT, refused: 'used' },
      { ...family, condition: 'attribute_not_exists(revoked)', refused: 'revoked' },
    ]);
    return refused.length === 0;
  },

  revokeFamily: async (familyId) => {
    await client.update(table, {
      key: keyOf.family(familyId),
      set: 'SET revoked = :true',
      values: { true: true },
    });
  },

  /** Nothing to do: TTL removes expired tokens, some days late, and whoever reads one looks at its time. */
  removeExpired: async () => {},
});
