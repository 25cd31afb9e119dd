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

-- Wakes the relays that listen, when and only when the transaction commits. For each row: a statement that inserts
-- none, for a request that took no effect, then wakes nobody; and PostgreSQL sends equal notices of one transaction once.
create function wake_relays() returns trigger language plpgsql as $$
begin
  perform pg_notify('outbox', '');
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
