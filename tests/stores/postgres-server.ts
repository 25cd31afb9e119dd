import { startPostgres } from '../../local/postgres.ts';

/**
 * PostgreSQL in a process of its own: `postgres-server.ts FOLDER`, started with an IPC channel. Sends the URL of each
 * context's database, and stops the server when the channel closes: when the test run ends, in whatever way.
 */
const databases = ['auth', 'inventory', 'orders'];
const server = await startPostgres({ dataDir: process.argv[2] as string, port: 0, databases, log: () => {} });
process.once('disconnect', () => server.stop().then(() => process.exit(0)));
if (process.connected)
  process.send?.(Object.fromEntries(databases.map((name) => [name, server.urlOf(name)])));
else await server.stop();
