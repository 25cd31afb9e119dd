import { migrate } from '@duet/shared/adapters/postgres/migrate.ts';
import type { Pool } from '@duet/shared/adapters/postgres/pool.ts';
import { newUuid } from '@duet/shared/adapters/system/system.ts';
import pg from 'pg';
import { inject } from 'vitest';
import type { DatabaseUrls } from './global-setup.ts';

/** Whose databases there are. */
export const contexts = ['auth', 'inventory', 'orders'] as const;

const run = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
};

/** Makes an empty schema in one database. Every connection that is opened with `url` works in it. */
export const openSchema = async (
  context: keyof DatabaseUrls,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> => {
  const database = inject('postgres')[context];
  const schema = `t${newUuid().replaceAll('-', '')}`;
  await run(database, `create schema ${schema}`);
  return {
    url: `${database}?options=-c%20search_path%3D${schema}`,
    drop: () => run(database, `drop schema ${schema} cascade`),
  };
};

/** Makes a schema in each database, and brings each up to date. */
export const openSchemas = async (): Promise<{
  readonly urls: DatabaseUrls;
  readonly drop: () => Promise<void>;
}> => {
  const schemas = {
    auth: await openSchema('auth'),
    inventory: await openSchema('inventory'),
    orders: await openSchema('orders'),
  };
  for (const context of contexts) await migrate({ url: schemas[context].url, context });
  return {
    urls: { auth: schemas.auth.url, inventory: schemas.inventory.url, orders: schemas.orders.url },
    drop: async () => {
      for (const context of contexts) await schemas[context].drop();
    },
  };
};

/** Removes every row of every table of the schema, but for the list of migrations. Faster than truncating small tables. */
export const emptyTables = async (pool: Pool): Promise<void> => {
  const { rows } = await pool.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables
     where schemaname = current_schema() and tablename <> 'schema_migrations'`,
  );
  await pool.query(rows.map(({ name }) => `delete from ${name};`).join('\n'));
};
