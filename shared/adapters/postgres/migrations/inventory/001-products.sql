-- held units are promised to orders. The constraint is the last guard against selling what is not there.
-- Updates of held touch no index; the free space lets them stay on their page.
create table products (
  id          uuid        primary key,
  name        text        not null,
  description text        not null,
  price_cents integer     not null check (price_cents > 0),
  on_hand     integer     not null,
  held        integer     not null,
  version     integer     not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  constraint products_stock check (held >= 0 and held <= on_hand)
) with (fillfactor = 80);

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
