import type { Photo, PhotoStore } from '../../images/ports.ts';
import { claiming, claimKey } from './idempotency.ts';
import { type Pool, query, type Statement } from './pool.ts';

type Row = Omit<Photo, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

const photoOf = (row: Row): Photo => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

const COLUMNS = `
  id, product_id as "productId", content_type as "contentType", state, reason, variants, created_at as "createdAt",
  updated_at as "updatedAt"`;

const INSERT = claiming(
  'photos.insert',
  `added as (
      insert into photos (id, product_id, content_type, state, reason, variants, created_at, updated_at)
      select $8::uuid, $9::uuid, $10::text, $11::text, $12::text, $13::jsonb, $14::timestamptz, $15::timestamptz
      from claimed
    )`,
);

const FIND: Statement = { name: 'photos.find', text: `select ${COLUMNS} from photos where id = $1` };

const LIST: Statement = {
  name: 'photos.list',
  text: `select ${COLUMNS} from photos where product_id = any($1::uuid[]) order by product_id, id`,
};

const MOVE: Statement = {
  name: 'photos.move',
  text: `
    update photos set state = $3, reason = $4, variants = $5, updated_at = $6
    where id = $1 and state = any($2::text[]) returning id`,
};

const UNFINISHED: Statement = {
  name: 'photos.unfinished',
  text: `
    select ${COLUMNS} from photos where state in ('AWAITING', 'PROCESSING') and updated_at < $1
    order by updated_at limit $2`,
};

/** What is known of photos, in PostgreSQL. */
export const makePhotoStore = ({ pool }: { pool: Pool }): PhotoStore => ({
  insert: (photo, record) => {
    const { id, productId, contentType, state, reason, variants, createdAt, updatedAt } = photo;
    return claimKey(pool, INSERT, record, [
      ...[id, productId, contentType, state, reason, JSON.stringify(variants), createdAt, updatedAt],
    ]);
  },

  find: async (id) => (await query<Row>(pool, FIND, [id])).map(photoOf)[0],

  listByProducts: async (productIds) => (await query<Row>(pool, LIST, [productIds])).map(photoOf),

  move: async (id, from, { state, reason, variants, updatedAt }) => {
    const values = [id, from, state, reason, JSON.stringify(variants), updatedAt];
    return (await query(pool, MOVE, values)).length === 1;
  },

  unfinished: async (before, limit) => (await query<Row>(pool, UNFINISHED, [before, limit])).map(photoOf),
});
