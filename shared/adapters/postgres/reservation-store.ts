import type { DomainEvent } from '../../events/event.ts';
import type { Committed } from '../../events/ports.ts';
import type { Reservation, ReservationStore } from '../../inventory/ports.ts';
import { decide, eventsParameter, FORGET_INBOX, removeAll, tell } from './events.ts';
import { at, type Pool, query, type Statement } from './pool.ts';

type Row = {
  readonly state: Reservation['state'];
  readonly reason: Extract<Reservation, { state: 'REJECTED' }>['reason'] | null;
  readonly lines: Extract<Reservation, { state: 'HELD' }>['lines'];
};

const reservationOf = (orderId: string, { state, reason, lines }: Row): Reservation => {
  if (state === 'HELD') return { orderId, state, lines };
  if (state === 'REJECTED' && reason !== null) return { orderId, state, reason };
  return { orderId, state: 'RELEASED' };
};

const FIND: Statement = {
  name: 'reservations.find',
  text: 'select state, reason, lines from reservations where order_id = $1',
};

/** Locks the products of the JSON array $4 in the order of their ids: in any other order two orders could deadlock. */
const LOCKED = `
  line as materialized (
    select "productId" as id, quantity from json_to_recordset($4::json) as ("productId" uuid, quantity int)
  ), locked as materialized (
    select p.id, line.quantity, p.on_hand - p.held >= line.quantity as enough
    from line join products p on p.id = line.id
    order by p.id for update of p
  )`;

/**
 * The inserts depend on each other, so that they come in this order in every transaction: products, inbox, reservation.
 * Nothing is written unless all lines can be held. What the locks found is newer than the statement's snapshot, for a
 * locked row is read again; the update of `held` reads it again too, and the table's constraint stands behind both.
 */
const HOLD: Statement = {
  name: 'reservations.hold',
  text: `
    with ${LOCKED}, seen as (
      insert into inbox (event_id, received_at)
      select $1::uuid, $2::timestamptz
      where (select count(*) from locked where enough) = (select count(*) from line)
      returning 1
    ), kept as (
      insert into reservations (order_id, state, lines) select $3::uuid, 'HELD', $4::jsonb from seen returning 1
    ), held as (
      update products p set held = p.held + locked.quantity from locked, kept where p.id = locked.id
    ), told as (${tell('kept', '$5')})
    select case
      when exists (select from kept) then 'done'
      when exists (select from inbox where event_id = $1::uuid) then 'duplicate'
      when exists (select from reservations where order_id = $3::uuid) then 'exists'
      else 'short' end as result`,
};

const RECORD: Statement = {
  name: 'reservations.record',
  text: `
    with seen as (
      insert into inbox (event_id, received_at) values ($1, $2) returning 1
    ), kept as (
      insert into reservations (order_id, state, reason, lines)
      select $3::uuid, $4::text, $5::text, '[]' from seen returning 1
    ), told as (${tell('kept', '$6')})
    select 'done' as result from kept`,
};

/** Locks in the same order as HOLD: products, then the reservation. A released row keeps its lines, for the record. */
const RELEASE: Statement = {
  name: 'reservations.release',
  text: `
    with ${LOCKED}, freed as (
      update reservations set state = 'RELEASED'
      where order_id = $3::uuid and state = 'HELD'
        and (select count(*) from locked) = (select count(*) from line)
      returning 1
    ), seen as (
      insert into inbox (event_id, received_at) select $1::uuid, $2::timestamptz from freed
    ), returned as (
      update products p set held = p.held - locked.quantity from locked, freed where p.id = locked.id
    )
    select case
      when exists (select from freed) then 'done'
      when exists (select from inbox where event_id = $1::uuid) then 'duplicate'
      else 'stale' end as result`,
};

const TELL_AGAIN: Statement = {
  name: 'reservations.tell-again',
  text: `
    with seen as (
      insert into inbox (event_id, received_at) values ($1, $2) on conflict do nothing returning 1
    ), told as (${tell('seen', '$3')})
    select case when exists (select from seen) then 'done' else 'duplicate' end as result`,
};

/** Reservations in PostgreSQL. Every write is one statement, which is one transaction and one round trip. */
export const makeReservationStore = (deps: { pool: Pool; committed?: Committed }): ReservationStore => {
  const run = async <Result extends string>(
    statement: Statement,
    values: unknown[],
    events: readonly DomainEvent[],
    taken: Readonly<Record<string, Result>>,
  ): Promise<Result | 'done'> => {
    const result = await decide<Result | 'done'>(deps.pool, statement, values, taken);
    if (result === 'done' && events.length > 0) deps.committed?.(events);
    return result;
  };

  return {
    find: async (orderId) =>
      (await query<Row>(deps.pool, FIND, [orderId])).map((row) => reservationOf(orderId, row))[0],

    hold: ({ eventId, receivedAt }, { orderId, lines }, events) =>
      run<'duplicate' | 'exists' | 'short'>(
        HOLD,
        [eventId, at(receivedAt), orderId, JSON.stringify(lines), eventsParameter(events)],
        events,
        { inbox_pkey: 'duplicate', reservations_pkey: 'exists' },
      ),

    record: ({ eventId, receivedAt }, reservation, events) => {
      const { orderId, state } = reservation;
      const reason = state === 'REJECTED' ? reservation.reason : null;
      return run<'duplicate' | 'exists'>(
        RECORD,
        [eventId, at(receivedAt), orderId, state, reason, eventsParameter(events)],
        events,
        { inbox_pkey: 'duplicate', reservations_pkey: 'exists' },
      );
    },

    release: ({ eventId, receivedAt }, { orderId, lines }) =>
      run<'duplicate' | 'stale'>(RELEASE, [eventId, at(receivedAt), orderId, JSON.stringify(lines)], [], {
        inbox_pkey: 'duplicate',
      }),

    tellAgain: ({ eventId, receivedAt }, events) =>
      run<'duplicate'>(TELL_AGAIN, [eventId, at(receivedAt), eventsParameter(events)], events, {}),

    forgetInbox: (before) => removeAll(deps.pool, FORGET_INBOX, at(before)),
  };
};
