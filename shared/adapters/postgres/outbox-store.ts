import type { DomainEvent } from '../../events/event.ts';
import type { OutboxEntry, OutboxStore } from '../../events/ports.ts';
import { at, type Pool, query, type Statement } from './pool.ts';

/**
 * Takes due rows that no other transaction is just taking, and leases them until $2. In a CTE of its own, for a
 * subquery with a limit may run more than once. Each row is sent in the order in which it fell due.
 */
const claiming = (name: string, which: string): Statement => ({
  name,
  text: `
    with due as materialized (
      select id, due_at from outbox where not dead and due_at <= $1 ${which}
      order by due_at limit $3 for update skip locked
    ), claimed as (
      update outbox o set due_at = $2 from due where o.id = due.id
      returning o.event, o.attempts, due.due_at as fell_due, o.id
    )
    select event, attempts from claimed order by fell_due, id`,
});

const CLAIM = claiming('outbox.claim', '');
const CLAIM_THESE = claiming('outbox.claim-these', 'and id = any($4::uuid[])');

const MARK_SENT: Statement = {
  name: 'outbox.mark-sent',
  text: 'delete from outbox where id = any($1::uuid[])',
};

const POSTPONE: Statement = {
  name: 'outbox.postpone',
  text: 'update outbox set attempts = $2, due_at = $3 where id = $1',
};

const BURY: Statement = {
  name: 'outbox.bury',
  text: 'update outbox set attempts = $2, dead = true where id = $1',
};

const NEXT_DUE: Statement = {
  name: 'outbox.next-due',
  text: 'select min(due_at) as "dueAt" from outbox where not dead',
};

const REDRIVE: Statement = {
  name: 'outbox.redrive',
  text: 'update outbox set dead = false, attempts = 0, due_at = $1 where dead returning id',
};

const COUNT: Statement = {
  name: 'outbox.count',
  text: `
    select count(*) filter (where not dead)::int as waiting, count(*) filter (where dead)::int as dead
    from outbox`,
};

type Row = { readonly event: DomainEvent; readonly attempts: number };

/** The outbox of the context whose database the pool leads to. */
export const makeOutboxStore = ({ pool }: { pool: Pool }): OutboxStore => ({
  claim: ({ limit, now, leaseMs, ids }): Promise<OutboxEntry[]> => {
    const values = [at(now), at(now + leaseMs), limit];
    return ids ? query<Row>(pool, CLAIM_THESE, [...values, ids]) : query<Row>(pool, CLAIM, values);
  },

  markSent: async (ids) => {
    await query(pool, MARK_SENT, [ids]);
  },

  postpone: async (id, attempts, dueAt) => {
    await query(pool, POSTPONE, [id, attempts, at(dueAt)]);
  },

  bury: async (id, attempts) => {
    await query(pool, BURY, [id, attempts]);
  },

  nextDueAt: async () => {
    const [row] = await query<{ dueAt: Date | null }>(pool, NEXT_DUE);
    return row?.dueAt?.getTime();
  },

  redrive: async (now) => (await query(pool, REDRIVE, [at(now)])).length,

  count: async () => {
    const [row] = await query<{ waiting: number; dead: number }>(pool, COUNT);
    return row ?? { waiting: 0, dead: 0 };
  },
});
