import type { FoundToken, SessionStore } from '../../auth/ports.ts';
import { removeAll } from './events.ts';
import { at, type Pool, query, type Statement } from './pool.ts';

const START: Statement = {
  name: 'sessions.start',
  text: `
    with family as (insert into session_families (id, expires_at) values ($2, $4))
    insert into refresh_tokens (hash, family_id, account_id, expires_at) values ($1, $2, $3, $4)`,
};

const FIND: Statement = {
  name: 'sessions.find',
  text: `
    select t.hash, t.family_id as "familyId", t.account_id as "accountId", t.expires_at as "expiresAt", t.used,
      f.revoked as "familyRevoked"
    from refresh_tokens t join session_families f on f.id = t.family_id
    where t.hash = $1`,
};

/**
 * A family that is revoked at the same moment is revoked afterwards too, so its row need not be locked: the successor
 * is there, and not honoured.
 */
const ROTATE: Statement = {
  name: 'sessions.rotate',
  text: `
    with spent as (
      update refresh_tokens t set used = true from session_families f
      where t.hash = $1 and f.id = t.family_id and not t.used and not f.revoked
      returning f.id
    ), prolonged as (
      update session_families f set expires_at = greatest(f.expires_at, $5::timestamptz) from spent where f.id = spent.id
    )
    insert into refresh_tokens (hash, family_id, account_id, expires_at)
    select $2::text, $3::uuid, $4::uuid, $5::timestamptz from spent
    returning hash`,
};

const REVOKE: Statement = {
  name: 'sessions.revoke',
  text: 'update session_families set revoked = true where id = $1',
};

const expired = (table: string, key: string): Statement => ({
  name: `${table}.remove-expired`,
  text: `
    with removed as (
      delete from ${table} where ${key} in (select ${key} from ${table} where expires_at < $1 limit $2) returning 1
    ) select count(*)::int as removed from removed`,
});

const REMOVE_TOKENS = expired('refresh_tokens', 'hash');
const REMOVE_FAMILIES = expired('session_families', 'id');

type Row = Omit<FoundToken, 'expiresAt'> & { readonly expiresAt: Date };

/** Refresh tokens in PostgreSQL. A family lives as long as its newest token. */
export const makeSessionStore = ({ pool }: { pool: Pool }): SessionStore => ({
  start: async ({ hash, familyId, accountId, expiresAt }) => {
    await query(pool, START, [hash, familyId, accountId, at(expiresAt)]);
  },

  find: async (hash) => {
    const [row] = await query<Row>(pool, FIND, [hash]);
    return row && { ...row, expiresAt: row.expiresAt.getTime() };
  },

  rotate: async (hash, next) => {
    const values = [hash, next.hash, next.familyId, next.accountId, at(next.expiresAt)];
    return (await query(pool, ROTATE, values)).length === 1;
  },

  revokeFamily: async (familyId) => {
    await query(pool, REVOKE, [familyId]);
  },

  removeExpired: async (now) => {
    await removeAll(pool, REMOVE_TOKENS, at(now));
    await removeAll(pool, REMOVE_FAMILIES, at(now));
  },
});
