-- What became of each order here. lines: [{productId, quantity, unitPriceCents}] of one that holds or held units.
create table reservations (
  order_id uuid primary key,
  state    text not null check (state in ('HELD', 'REJECTED', 'RELEASED')),
  reason   text check (reason in ('out-of-stock', 'unknown-product')),
  lines    jsonb not null,
  constraint reservations_reason check ((state = 'REJECTED') = (reason is not null))
);
