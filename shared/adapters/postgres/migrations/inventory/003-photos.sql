-- What is known of photos; their bytes lie elsewhere. variants: [{name, width, height}].
create table photos (
  id           uuid        primary key,
  product_id   uuid        not null,
  content_type text        not null,
  state        text        not null check (state in ('AWAITING', 'PROCESSING', 'READY', 'REJECTED')),
  reason       text,
  variants     jsonb       not null,
  created_at   timestamptz not null,
  updated_at   timestamptz not null
);
create index photos_of_product on photos (product_id, id);
create index photos_unfinished on photos (updated_at) where state in ('AWAITING', 'PROCESSING');
