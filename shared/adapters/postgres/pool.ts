import pg from 'pg';
import type { Log } from '../../kernel/log.ts';
import { isConnectionLost, translate } from './errors.ts';

/** A pool of connections. End it with `pool.end()`. */
export type Pool = pg.Pool;

/** Time limits of the contract, in ms. The server keeps the first three; each connection asks for them as it opens. */
const LIMITS = {
  statement_timeout: 3_000,
  lock_timeout: 1_000,
  idle_in_transaction_session_timeout: 5_000,
  /** For the connection to open, and for one to become free. */
  connectionTimeoutMillis: 1_000,
  /** A little more than the statement's own limit, for a server that does not even say that it gave up. */
  query_timeout: 4_000,
} as const;

/**
 * Makes a pool of at most `max` connections to the database at `url`. None is opened before the first query, and a
 * connection that breaks is logged and replaced, so that a database that comes back is used again without a restart.
 */
export const makePool = ({ url, max, log }: { url: string; max: number; log: Log }): Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    ...LIMITS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  const lost = (error: Error): void => log.warn({ err: error }, 'database connection lost');
  // Without a listener a connection that breaks would end the process: `connect` covers those in use, `error` the idle.
  pool.on('connect', (client) => client.on('error', lost));
  pool.on('error', () => {});
  return pool;
};

/** A statement that a connection parses and plans once, under this name. */
export type Statement = { readonly name: string; readonly text: string };

/**
 * Runs one statement as a transaction of its own and returns its rows.
 *
 * @throws DomainError `overloaded` for a fault that passes; else the error of PostgreSQL
 */
export const query = async <Row extends object>(
  pool: Pool,
  statement: Statement,
  values: unknown[] = [],
): Promise<Row[]> => {
  let broken = false;
  let client: pg.PoolClient | undefined;
  try {
    client = await pool.connect();
    const result = await client.query<Row>({ name: statement.name, text: statement.text, values });
    return result.rows;
  } catch (error) {
    broken = isConnectionLost(error);
    throw translate(error);
  } finally {
    // The pool's own `query` closes the connection after any error, even a unique violation that is part of the plan.
    client?.release(broken);
  }
};

/** Longest time for a readiness check, in ms. */
const PING_MS = 500;

/**
 * Resolves when the database answers within 500 ms.
 *
 * @throws DomainError `overloaded` when it does not
 */
export const ping = async (pool: Pool): Promise<void> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(translate(new Error('Query read timeout'))), PING_MS);
  try {
    await Promise.race([query(pool, { name: 'ping', text: 'select 1' }), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** A time in ms since the epoch as PostgreSQL reads it. */
export const at = (ms: number): string => new Date(ms).toISOString();
