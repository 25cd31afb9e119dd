import { createServer, type Server } from 'node:net';
import { makeAccountStore } from '@duet/shared/adapters/postgres/account-store.ts';
import { makeOrderStore } from '@duet/shared/adapters/postgres/order-store.ts';
import { makePool, type Pool, ping, query } from '@duet/shared/adapters/postgres/pool.ts';
import { newUuid } from '@duet/shared/adapters/system/system.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { idempotencyRecord, later, NOW, pendingOrder } from './fixtures.ts';
import { openSchemas } from './postgres-schemas.ts';

const sql = (text: string) => ({ name: text, text });

const PID = sql('select pg_backend_pid() as pid');

/** What a promise is refused with, and after how many ms. */
const refusal = async (work: Promise<unknown>): Promise<{ code: string; cause: unknown; ms: number }> => {
  const start = performance.now();
  const error = await work.then(
    () => new Error('it was not refused'),
    (error: unknown) => error,
  );
  if (!(error instanceof DomainError)) throw error;
  return { code: error.code, cause: error.details.cause, ms: performance.now() - start };
};

describe('PostgreSQL pool', () => {
  let schemas: Awaited<ReturnType<typeof openSchemas>>;
  let pool: Pool;
  let other: pg.Client;
  const lost: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void lost.push(message) };
  const pidOf = async (): Promise<number> => (await query<{ pid: number }>(pool, PID))[0]?.pid ?? 0;
  const terminate = (pid: number) => other.query('select pg_terminate_backend($1)', [pid]);

  beforeAll(async () => {
    schemas = await openSchemas();
  });
  afterAll(() => schemas.drop());
  beforeEach(async () => {
    lost.length = 0;
    pool = makePool({ url: schemas.urls.orders, max: 1, log });
    other = new pg.Client({ connectionString: schemas.urls.orders });
    await other.connect();
  });
  afterEach(async () => {
    await other.end();
    await pool.end();
  });

  it('When a connection opens, then the server keeps the time limits of the contract on it', async () => {
    const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const shown = [];
    for (const limit of limits) shown.push(...(await query(pool, sql(`show ${limit}`))));
    expect(shown).toEqual([
      { statement_timeout: '3s' },
      { lock_timeout: '1s' },
      { idle_in_transaction_session_timeout: '5s' },
    ]);
  });

  it('When a statement takes longer than 3 s, then it is overloaded, and the connection goes on', async () => {
    const pid = await pidOf();
    const refused = await refusal(query(pool, sql('select pg_sleep(9)')));
    expect(refused).toMatchObject({ code: 'overloaded', cause: { code: '57014' } });
    expect(await pidOf()).toBe(pid);
  });

  it('When all connections are busy for 1 s, then the next caller is overloaded', async () => {
    const client = await pool.connect();
    const refused = await refusal(query(pool, PID));
    client.release();
    expect(refused.code).toBe('overloaded');
    expect(refused.ms).toBeGreaterThan(900);
    expect(refused.ms).toBeLessThan(2_900);
    expect(await pidOf()).toBeGreaterThan(0);
  });

  it('When a statement is refused by a rule, then its error stays as it is and the connection is kept', async () => {
    const pid = await pidOf();
    const accounts = makeAccountStore({ pool });
    const account = { id: newUuid(), role: 'admin' as const, passwordHash: 'x', createdAt: later() };
    const insert = (email: string) => query(pool, sql(`insert into inbox values ('${email}', now())`));
    await expect(insert('not a uuid')).rejects.toMatchObject({ code: '22P02' });
    await expect(accounts.insert({ ...account, email: 'x' })).rejects.toMatchObject({ code: '42P01' });
    expect(await pidOf()).toBe(pid);
    expect(lost).toEqual([]);
  });

  it('When an idle connection is ended by the server, then that is logged and the next statement gets another', async () => {
    const pid = await pidOf();
    await terminate(pid);
    await until('the loss is logged', async () => (lost.length > 0 ? lost : undefined));
    expect(await pidOf()).not.toBe(pid);
  });

  it('When a connection is ended while a statement runs, then that is overloaded and the next gets another', async () => {
    const pid = await pidOf();
    const refused = refusal(query(pool, sql('select pg_sleep(2)')));
    await until('it runs', async () => {
      const { rows } = await other.query(
        "select 1 from pg_stat_activity where pid = $1 and state = 'active'",
        [pid],
      );
      return rows[0];
    });
    await terminate(pid);
    expect(await refused).toMatchObject({ code: 'overloaded', cause: { code: '57P01' } });
    expect(await pidOf()).not.toBe(pid);
  });

  it('When another transaction holds the key for longer than 1 s, then the request is in progress; after it, the key is free', async () => {
    const orders = makeOrderStore({ pool });
    const record = idempotencyRecord();
    await other.query('begin');
    await other.query('insert into idempotency values ($1, $2, $3, $4, 202, $5, $6)', [
      ...[record.userId, record.route, record.key, 'other', '/x', '{}'],
    ]);
    const order = pendingOrder();
    const refused = await refusal(orders.place(order, NOW, record, []));
    expect(refused).toMatchObject({ code: 'idempotency-in-progress' });
    expect(refused.ms).toBeGreaterThan(900);
    await other.query('rollback');
    expect(await orders.place(order, NOW, record, [])).toEqual({ kind: 'created' });
  });

  it('When the transaction that holds the key commits while a twin waits, then the twin gets its record', async () => {
    const orders = makeOrderStore({ pool });
    const record = idempotencyRecord();
    const { userId, route, key, fingerprint, status, location, body } = record;
    await other.query('begin');
    await other.query('insert into idempotency values ($1, $2, $3, $4, $5, $6, $7)', [
      ...[userId, route, key, fingerprint, status, location, body],
    ]);
    const twin = orders.place(pendingOrder(), NOW, { ...record, body: 'mine' }, []);
    await until('the twin waits', async () => {
      const { rows } = await other.query('select 1 from pg_locks where not granted');
      return rows[0];
    });
    await other.query('commit');
    expect(await twin).toEqual({ kind: 'taken', record });
  });
});

describe('ping', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const pingAt = async (url: string) => {
    const pool = makePool({ url, max: 1, log: silentLog });
    try {
      return await ping(pool);
    } finally {
      void pool.end();
    }
  };

  it('When the database answers, then it resolves', async () => {
    const schemas = await openSchemas();
    await expect(pingAt(schemas.urls.orders)).resolves.toBeUndefined();
    await schemas.drop();
  });

  it('When nothing listens there, then it is overloaded at once', async () => {
    const refused = await refusal(pingAt('postgres://u:p@127.0.0.1:1/d'));
    expect(refused).toMatchObject({ code: 'overloaded', cause: { code: 'ECONNREFUSED' } });
  });

  describe('When a server takes the connection and says nothing', () => {
    let url: string;
    beforeEach(async () => {
      const server = createServer((socket) => socket.on('error', () => {}));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `postgres://u:p@127.0.0.1:${(server.address() as { port: number }).port}/d`;
    });

    it('then a ping is overloaded after 500 ms', async () => {
      const refused = await refusal(pingAt(url));
      expect(refused.code).toBe('overloaded');
      expect(refused.ms).toBeGreaterThan(400);
      expect(refused.ms).toBeLessThan(1_000);
    });

    it('then a statement is overloaded after 1 s', async () => {
      const pool = makePool({ url, max: 1, log: silentLog });
      const refused = await refusal(query(pool, PID));
      await pool.end();
      expect(refused.code).toBe('overloaded');
      expect(refused.ms).toBeGreaterThan(900);
      expect(refused.ms).toBeLessThan(2_900);
    });
  });
});
