-- One row a fixed window. The constraint is what holds the limit when many attempts come at once.
create table attempts (
  key       text        not null,
  ends_at   timestamptz not null,
  count     integer     not null,
  max_count integer     not null,
  primary key (key, ends_at),
  constraint attempts_within_limit check (count between 0 and max_count)
);
create index attempts_end on attempts (ends_at);
