import type { Product, ProductStore } from '../../inventory/ports.ts';
import { claiming, claimKey } from './idempotency.ts';
import { type Pool, query, type Statement } from './pool.ts';

type Row = Omit<Product, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

const productOf = (row: Row): Product => ({
  id: row.id,
  name: row.name,
  description: row.description,
  priceCents: row.priceCents,
  onHand: row.onHand,
  held: row.held,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** The columns of a table or CTE as a Product names them. */
const columns = (of: string): string => `
  ${of}.id, ${of}.name, ${of}.description, ${of}.price_cents as "priceCents", ${of}.on_hand as "onHand", ${of}.held,
  ${of}.version, ${of}.created_at as "createdAt", ${of}.updated_at as "updatedAt"`;

const INSERT = claiming(
  'products.insert',
  `added as (
      insert into products (id, name, description, price_cents, on_hand, held, version, created_at, updated_at)
      select $8::uuid, $9::text, $10::text, $11::int, $12::int, $13::int, $14::int, $15::timestamptz, $16::timestamptz
      from claimed
    )`,
);

const FIND: Statement = {
  name: 'products.find',
  text: `select ${columns('p')} from products p where id = $1`,
};

const FIND_MANY: Statement = {
  name: 'products.find-many',
  text: `select ${columns('p')} from products p where id = any($1::uuid[])`,
};

const LIST: Statement = {
  name: 'products.list',
  text: `select ${columns('p')} from products p where id > $1 order by id limit $2`,
};

/** Smaller than every UUID that is ever made: the first page continues after it. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * An update of the version $2 of product $1, together with what it found: the row is locked first, so that the verdict
 * is about the very row that is updated, and not about one that changed in between. A version may exceed an int.
 */
const guarded = (name: string, set: string, condition: string): Statement => ({
  name,
  text: `
    with found as materialized (select version, held from products where id = $1 for update),
    updated as (
      update products p set ${set}, version = p.version + 1
      from found where p.id = $1 and found.version = $2::bigint and ${condition}
      returning ${columns('p')}
    )
    select updated.*, found.version = $2::bigint as current from found left join updated on true`,
});

const UPDATE = guarded(
  'products.update',
  'name = $3, description = $4, price_cents = $5, updated_at = $6',
  'true',
);

const SET_ON_HAND = guarded('products.set-on-hand', 'on_hand = $3, updated_at = $4', 'found.held <= $3::int');

type Verdict = (Row | { readonly id: null }) & { readonly current: boolean };

/** Products in PostgreSQL. */
export const makeProductStore = ({ pool }: { pool: Pool }): ProductStore => ({
  insert: (product, record) => {
    const { id, name, description, priceCents, onHand, held, version, createdAt, updatedAt } = product;
    return claimKey(pool, INSERT, record, [
      ...[id, name, description, priceCents, onHand, held, version, createdAt, updatedAt],
    ]);
  },

  find: async (id) => (await query<Row>(pool, FIND, [id])).map(productOf)[0],

  findMany: async (ids) => (await query<Row>(pool, FIND_MANY, [ids])).map(productOf),

  list: async ({ limit, after = BEFORE_ALL }) =>
    (await query<Row>(pool, LIST, [after, limit])).map(productOf),

  update: async (id, version, edit) => {
    const { name, description, priceCents, updatedAt } = edit;
    const values = [id, version, name, description, priceCents, updatedAt];
    const [row] = await query<Verdict>(pool, UPDATE, values);
    if (!row) return 'not-found';
    return row.id === null ? 'stale' : productOf(row);
  },

  setOnHand: async (id, version, onHand, updatedAt) => {
    const [row] = await query<Verdict>(pool, SET_ON_HAND, [id, version, onHand, updatedAt]);
    if (!row) return 'not-found';
    if (row.id !== null) return productOf(row);
    return row.current ? 'below-reserved' : 'stale';
  },
});
