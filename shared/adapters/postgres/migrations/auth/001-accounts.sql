-- An address is stored in lower case; two spellings of one address are one account.
create table accounts (
  id            uuid        primary key,
  email         text        not null,
  role          text        not null check (role in ('customer', 'admin')),
  password_hash text        not null,
  created_at    timestamptz not null,
  constraint accounts_email unique (email)
);
