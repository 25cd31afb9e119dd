import { startPostgres } from '../../local/postgres.ts';

/** Starts PostgreSQL in a process of its own, prints one line of JSON, and stays: `node postgres-child.ts FOLDER`. */
const postgres = await startPostgres({
  dataDir: process.argv[2] as string,
  port: 0,
  databases: ['one'],
  log: () => {},
});
// Before the line is out: whoever reads it may send the signal at once.
process.once('SIGTERM', () => postgres.stop().then(() => process.exit(0)));
process.stdout.write(
  `${JSON.stringify({ pid: postgres.pid, uid: process.getuid?.(), url: postgres.urlOf('one') })}\n`,
);
setInterval(() => {}, 60_000);
