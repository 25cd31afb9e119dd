import type { DomainEvent } from '../../events/event.ts';
import { violatedUnique } from './errors.ts';
import { type Pool, query, type Statement } from './pool.ts';

/**
 * A CTE that writes events into the outbox, due at the time that they carry, if and only if the CTE `when` has a row.
 * `parameter` is a JSON array of events.
 */
export const tell = (when: string, parameter: string): string => `
  insert into outbox (id, event, due_at)
  select (event ->> 'id')::uuid, event, (event ->> 'time')::timestamptz
  from ${when}, json_array_elements(${parameter}::json) as event`;

/** The parameter of `tell`. */
export const eventsParameter = (events: readonly DomainEvent[]): string => JSON.stringify(events);

/**
 * Runs a statement that returns its own `result`. A unique violation aborts the whole of it, whatever it had written
 * before; `taken` tells what that means, by the constraint's name.
 */
export const decide = async <Result extends string>(
  pool: Pool,
  statement: Statement,
  values: unknown[],
  taken: Readonly<Record<string, Result>>,
): Promise<Result> => {
  try {
    const [row] = await query<{ result: Result }>(pool, statement, values);
    if (!row) throw new Error(`${statement.name} returned no result`);
    return row.result;
  } catch (error) {
    const result = taken[violatedUnique(error) ?? ''];
    if (result === undefined) throw error;
    return result;
  }
};

/** Most rows removed by one statement, so that it ends well within its time limit. */
export const REMOVE_BATCH = 5_000;

/** Runs a statement that removes at most REMOVE_BATCH rows until it finds no more. */
export const removeAll = async (pool: Pool, statement: Statement, value: unknown): Promise<void> => {
  for (;;) {
    const [row] = await query<{ removed: number }>(pool, statement, [value, REMOVE_BATCH]);
    if ((row?.removed ?? 0) < REMOVE_BATCH) return;
  }
};

/** Forgets event ids received before $1, at most $2 of them. */
export const FORGET_INBOX: Statement = {
  name: 'inbox.forget',
  text: `
    with forgotten as (
      delete from inbox where event_id in (select event_id from inbox where received_at < $1 limit $2) returning 1
    ) select count(*)::int as removed from forgotten`,
};
