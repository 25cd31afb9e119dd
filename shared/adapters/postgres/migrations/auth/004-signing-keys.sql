-- This service's own key pairs. Two processes that both make the first key collide on its generation, and one wins.
create table signing_keys (
  generation  integer     primary key,
  kid         text        not null unique,
  private_jwk json        not null,
  public_jwk  json        not null,
  created_at  timestamptz not null default now()
);
