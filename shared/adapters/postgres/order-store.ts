import type { Committed } from '../../events/ports.ts';
import type { Order, OrderStore } from '../../orders/ports.ts';
import { decide, eventsParameter, FORGET_INBOX, removeAll, tell } from './events.ts';
import { claiming, claimKey } from './idempotency.ts';
import { at, type Pool, query, type Statement } from './pool.ts';

type Row = Omit<Order, 'placedAt' | 'updatedAt'> & { readonly placedAt: Date; readonly updatedAt: Date };

const orderOf = (row: Row): Order => ({
  ...row,
  placedAt: row.placedAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

const COLUMNS =
  'id, user_id as "userId", state, reason, lines, placed_at as "placedAt", updated_at as "updatedAt", sweeps';

const PLACE = claiming(
  'orders.place',
  `placed as (
      insert into orders (id, user_id, state, reason, lines, placed_at, updated_at, sweeps, sweep_at)
      select $8::uuid, $9::uuid, $10::text, $11::text, $12::jsonb, $13::timestamptz, $14::timestamptz, $15::int,
        $16::timestamptz
      from claimed
    ), told as (${tell('claimed', '$17')})`,
);

const FIND: Statement = { name: 'orders.find', text: `select ${COLUMNS} from orders where id = $1` };

const LIST: Statement = {
  name: 'orders.list',
  text: `select ${COLUMNS} from orders where user_id = $1 and id < $2 order by id desc limit $3`,
};

/** Greater than every UUID that is ever made: the first page continues after it. */
const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const DUE: Statement = {
  name: 'orders.due',
  text: `select ${COLUMNS} from orders where state = 'PENDING' and sweep_at <= $1 order by sweep_at limit $2`,
};

/** The guarded update comes first; the inbox entry ($10, null for none) and the events follow only if it hit. */
const CHANGE: Statement = {
  name: 'orders.change',
  text: `
    with changed as (
      update orders set state = $4, reason = $5, lines = $6, updated_at = $7, sweeps = $8, sweep_at = $9
      where id = $1 and state = $2 and sweeps = $3
      returning 1
    ), seen as (
      insert into inbox (event_id, received_at)
      select $10::uuid, $11::timestamptz from changed where $10::uuid is not null
    ), told as (${tell('changed', '$12')})
    select case
      when exists (select from changed) then 'done'
      when exists (select from inbox where event_id = $10::uuid) then 'duplicate'
      else 'stale' end as result`,
};

/** Orders in PostgreSQL. Every write is one statement, which is one transaction and one round trip. */
export const makeOrderStore = ({ pool, committed }: { pool: Pool; committed?: Committed }): OrderStore => ({
  place: async (order, sweepAt, record, events) => {
    const { id, userId, state, reason, lines, placedAt, updatedAt, sweeps } = order;
    const claimed = await claimKey(pool, PLACE, record, [
      ...[id, userId, state, reason, JSON.stringify(lines), placedAt, updatedAt, sweeps],
      ...[at(sweepAt), eventsParameter(events)],
    ]);
    if (claimed.kind === 'created' && events.length > 0) committed?.(events);
    return claimed;
  },

  find: async (id) => (await query<Row>(pool, FIND, [id])).map(orderOf)[0],

  list: async (userId, { limit, after = AFTER_ALL }) =>
    (await query<Row>(pool, LIST, [userId, after, limit])).map(orderOf),

  change: async (seen, change, events, inbox) => {
    const { state, reason, lines, updatedAt, sweeps, sweepAt } = change;
    const values = [
      ...[seen.id, seen.state, seen.sweeps],
      ...[state, reason, JSON.stringify(lines), updatedAt, sweeps, sweepAt === null ? null : at(sweepAt)],
      ...[inbox?.eventId ?? null, inbox ? at(inbox.receivedAt) : null, eventsParameter(events)],
    ];
    const result = await decide<'done' | 'stale' | 'duplicate'>(pool, CHANGE, values, {
      inbox_pkey: 'duplicate',
    });
    if (result === 'done' && events.length > 0) committed?.(events);
    return result;
  },

  dueForSweep: async (now, limit) => (await query<Row>(pool, DUE, [at(now), limit])).map(orderOf),

  forgetInbox: (before) => removeAll(pool, FORGET_INBOX, at(before)),
});
