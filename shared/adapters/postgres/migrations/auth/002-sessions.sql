-- A family is all the refresh tokens that descend from one log-in. It expires with its newest token.
create table session_families (
  id         uuid        primary key,
  revoked    boolean     not null default false,
  expires_at timestamptz not null
);
create index session_families_expiry on session_families (expires_at);

-- Only hashes of tokens are kept. A used token stays until it expires, so that its reuse is noticed.
create table refresh_tokens (
  hash       text        primary key,
  family_id  uuid        not null,
  account_id uuid        not null,
  used       boolean     not null default false,
  expires_at timestamptz not null
);
create index refresh_tokens_expiry on refresh_tokens (expires_at);
