import type { AttemptLimit, AttemptStore } from '../../auth/ports.ts';
import { DomainError } from '../../kernel/errors.ts';
import { codeOf } from './errors.ts';
import { removeAll } from './events.ts';
import { at, type Pool, query, type Statement } from './pool.ts';

/**
 * Counts in every window ($1 keys, $2 ends, $3 limits) unless one is full already; `fullUntil` is the last end of
 * those. When many come at once, one may fill up after it was looked at: then the table's constraint aborts the whole
 * statement. Rows are taken in the order of their keys, so that two callers cannot deadlock.
 */
const TAKE: Statement = {
  name: 'attempts.take',
  text: `
    with wanted as materialized (
      select * from unnest($1::text[], $2::timestamptz[], $3::int[]) as w (key, ends_at, max_count)
    ), filled as materialized (
      select max(a.ends_at) as ends_at from wanted w join attempts a using (key, ends_at) where a.count >= w.max_count
    ), taken as (
      insert into attempts (key, ends_at, count, max_count)
      select w.key, w.ends_at, 1, w.max_count from wanted w, filled where filled.ends_at is null
      order by w.key, w.ends_at
      on conflict (key, ends_at) do update set count = attempts.count + 1, max_count = excluded.max_count
    )
    select ends_at as "fullUntil" from filled`,
};

const REFUND: Statement = {
  name: 'attempts.refund',
  text: `
    with locked as materialized (
      select a.key, a.ends_at
      from attempts a join unnest($1::text[], $2::timestamptz[]) as w (key, ends_at) using (key, ends_at)
      order by a.key, a.ends_at for update of a
    )
    update attempts a set count = greatest(a.count - 1, 0) from locked l
    where a.key = l.key and a.ends_at = l.ends_at`,
};

const REMOVE_EXPIRED: Statement = {
  name: 'attempts.remove-expired',
  text: `
    with removed as (
      delete from attempts
      where (key, ends_at) in (select key, ends_at from attempts where ends_at < $1 limit $2) returning 1
    ) select count(*)::int as removed from removed`,
};

const MAX_TRIES = 5;

const CHECK_VIOLATION = '23514';

const endOf = ({ windowMs }: AttemptLimit, now: number): string =>
  at((Math.floor(now / windowMs) + 1) * windowMs);

/** Counts attempts in PostgreSQL. Windows are aligned to the epoch. */
export const makeAttemptStore = ({ pool }: { pool: Pool }): AttemptStore => ({
  take: async (limits, now) => {
    const keys = limits.map(({ key }) => key);
    const ends = limits.map((limit) => endOf(limit, now));
    const counts = limits.map(({ limit }) => limit);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      try {
        const [row] = await query<{ fullUntil: Date | null }>(pool, TAKE, [keys, ends, counts]);
        return row?.fullUntil ? row.fullUntil.getTime() - now : 0;
      } catch (error) {
        // Full by now: the next look sees it, unless an attempt was given back meanwhile.
        if (codeOf(error) !== CHECK_VIOLATION) throw error;
      }
    }
    throw new DomainError('overloaded', { detail: 'Too many attempts at once.' });
  },

  refund: async (limits, now) => {
    const keys = limits.map(({ key }) => key);
    await query(pool, REFUND, [keys, limits.map((limit) => endOf(limit, now))]);
  },

  removeExpired: (now) => removeAll(pool, REMOVE_EXPIRED, at(now)),
});
