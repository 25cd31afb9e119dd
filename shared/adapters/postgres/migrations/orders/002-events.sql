-- Events that wait to be sent, written in the transaction of the effect that they tell of and removed once they are
-- delivered. A lease is a due_at in the future. Rows come and go all day long, so the table is vacuumed by their
-- number and not by its size.
create table outbox (
  id       uuid        primary key,
  event    json        not null,
  due_at   timestamptz not null,
  attempts integer     not null default 0,
  dead     boolean     not null default false
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index outbox_due on outbox (due_at) where not dead;

-- Wakes the relays of other processes; the process that writes an event relays it by itself, so this only counts when
-- that one dies. Transactions that notify commit one after the other, each with its own flush to disk: when every
-- one does, that alone cuts the orders placed in a second to a seventh. So of those under way at the same time only one
-- notifies, the one that gets the lock. For each row, for a statement that inserts none shall wake nobody.
create function wake_relays() returns trigger language plpgsql as $$
begin
  if pg_try_advisory_xact_lock('outbox'::regclass::oid::bigint) then
    perform pg_notify('outbox', '');
  end if;
  return null;
end
$$;
create trigger outbox_wakes_relays after insert on outbox for each row execute function wake_relays();

-- Ids of the events received, written in the transaction of their effect. Rows arrive in the order of received_at,
-- so a block range index finds the old ones at next to no cost.
create table inbox (
  event_id    uuid        primary key,
  received_at timestamptz not null
);
create index inbox_received on inbox using brin (received_at) with (autosummarize = on);
