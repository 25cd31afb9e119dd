import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/**
 * Makes one database and one role for every name, and lets no role into another's database. Repeatable: each step
 * looks at what is there, so a run that was killed is completed by the next.
 * @param url the superuser's URL of the `postgres` database
 * @param passwordOf the password of a role
 */
export async function makeDatabases(
  url: string,
  names: string[],
  passwordOf: (role: string) => string,
): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const roles = await column(client, 'SELECT rolname AS name FROM pg_roles');
    const databases = await column(client, 'SELECT datname AS name FROM pg_database');
    for (const name of names) {
      const id = escapeIdentifier(name);
      if (!roles.has(name)) {
        const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION';
        await client.query(`CREATE ROLE ${id} ${rights} PASSWORD ${escapeLiteral(passwordOf(name))}`);
      }
      // ALLOW_CONNECTIONS comes last: between the two statements the database is open to nobody.
      if (!databases.has(name))
        await client.query(`CREATE DATABASE ${id} OWNER ${id} ALLOW_CONNECTIONS false`);
    }
    const open = await column(
      client,
      `SELECT datname AS name FROM pg_database
       WHERE datname <> 'template0' AND has_database_privilege('public', oid, 'CONNECT')`,
    );
    for (const name of open)
      await client.query(`REVOKE ALL ON DATABASE ${escapeIdentifier(name)} FROM PUBLIC`);
    const closed = await column(client, 'SELECT datname AS name FROM pg_database WHERE NOT datallowconn');
    for (const name of names.filter((name) => closed.has(name))) {
      await client.query(`ALTER DATABASE ${escapeIdentifier(name)} ALLOW_CONNECTIONS true`);
    }
  } finally {
    await client.end();
  }
}

async function column(client: Client, sql: string): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(sql);
  return new Set(rows.map(({ name }) => name));
}
