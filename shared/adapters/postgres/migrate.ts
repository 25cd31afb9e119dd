import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** Whose schema: each context has a database of its own. Photos live in inventory's. */
export type MigrationContext = 'auth' | 'inventory' | 'orders';

/** One file of `migrations/<context>/`, in the order of its number. */
export type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

const FILE = /^\d{3}-[a-z0-9-]+\.sql$/;

/** Reads a context's migrations. A checkout with other line ends has the same checksums. */
export const readMigrations = async (
  context: MigrationContext,
  folder = fileURLToPath(new URL(`./migrations/${context}/`, import.meta.url)),
): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(`${folder}/${name}`, 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

/** The key of the advisory lock under which a database is migrated: "duet" in ASCII. */
const LOCK = 0x64_75_65_74;

/** Longest time for a migration to get a table's lock: requests that queue behind it wait no longer. */
const SETTINGS = "set lock_timeout = '5s'; set statement_timeout = 0";

const apply = async (client: pg.Client, migration: Migration): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw new Error(`The migration ${migration.name} failed and was rolled back.`, { cause: error });
  }
};

const applyMissing = async (client: pg.Client, migrations: readonly Migration[]): Promise<string[]> => {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  );
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  const changed = migrations.filter(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum);
  if (changed.length > 0) {
    const names = changed.map(({ name }) => name).join(', ');
    throw new Error(`Applied to this database and changed since: ${names}. Add a new migration instead.`);
  }
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) await apply(client, migration);
  return missing.map(({ name }) => name);
};

/**
 * Brings the database at `url` up to date: applies, each in a transaction, the migrations that it does not have yet.
 * Replicas that start at the same time wait for each other, so that each migration runs once; one that dies in between
 * leaves a whole number of them. Migrations that only a newer release knows are left alone. Returns the names of those
 * applied.
 *
 * @throws Error when an applied migration's file has changed, or a migration fails
 */
export const migrate = async (deps: {
  url: string;
  context: MigrationContext;
  migrations?: readonly Migration[];
}): Promise<string[]> => {
  const migrations = deps.migrations ?? (await readMigrations(deps.context));
  const client = new pg.Client({ connectionString: deps.url, connectionTimeoutMillis: 5_000 });
  // A connection that breaks rejects the query that is under way; without a listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(SETTINGS);
    return await applyMissing(client, migrations);
  } finally {
    await client.end();
  }
};
