-- lines: [{productId, quantity, unitPriceCents}], 1 to 20, read and written only as a whole.
create table orders (
  id         uuid        primary key,
  user_id    uuid        not null,
  state      text        not null check (state in ('PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED')),
  reason     text        check (reason in ('out-of-stock', 'unknown-product', 'timeout')),
  lines      jsonb       not null,
  placed_at  timestamptz not null,
  updated_at timestamptz not null,
  sweeps     integer     not null,
  sweep_at   timestamptz,
  constraint orders_reason check ((state = 'REJECTED') = (reason is not null))
);
create index orders_of_user on orders (user_id, id desc);
create index orders_to_sweep on orders (sweep_at) where state = 'PENDING';

-- The stored reply of every request that took effect, written with the effect.
create table idempotency (
  user_id     uuid    not null,
  route       text    not null,
  key         text    not null,
  fingerprint text    not null,
  status      integer not null,
  location    text    not null,
  body        text    not null,
  primary key (user_id, route, key)
);
