import { listenOutbox, type OutboxListener } from '@duet/shared/adapters/postgres/listen-outbox.ts';
import { makeOrderStore } from '@duet/shared/adapters/postgres/order-store.ts';
import { makePool, type Pool } from '@duet/shared/adapters/postgres/pool.ts';
import type { DomainEvent } from '@duet/shared/events/event.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { idempotencyRecord, NOW, pendingOrder, placedEvent } from './fixtures.ts';
import { openSchemas } from './postgres-schemas.ts';

describe('listenOutbox', () => {
  let schemas: Awaited<ReturnType<typeof openSchemas>>;
  let pool: Pool;
  let listener: OutboxListener;
  let wakes = 0;
  const woken = (times: number) => until(`${times} wakes`, async () => (wakes >= times ? wakes : undefined));
  const place = (events: DomainEvent[], record = idempotencyRecord()) =>
    makeOrderStore({ pool }).place(pendingOrder(), NOW, record, events);
  const listeners = async (): Promise<number[]> => {
    const { rows } = await pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and query = 'listen outbox'",
    );
    return rows.map(({ pid }) => pid);
  };

  beforeEach(async () => {
    wakes = 0;
    schemas = await openSchemas();
    pool = makePool({ url: schemas.urls.orders, max: 2, log: silentLog });
    listener = listenOutbox({
      url: schemas.urls.orders,
      onWake: () => {
        wakes += 1;
      },
      log: silentLog,
    });
    // It wakes once as its connection opens, for what was written before.
    await woken(1);
  });
  afterEach(async () => {
    await listener.close();
    await pool.end();
    await schemas.drop();
  });

  it('When a statement writes events, then it wakes once, however many they are', async () => {
    await place([placedEvent(), placedEvent()]);
    await place([placedEvent()]);
    await woken(3);
    expect(wakes).toBe(3);
  });

  it('When nothing is written to the outbox, then it sleeps on', async () => {
    const record = idempotencyRecord();
    await place([], record);
    await place([placedEvent()], record);
    // Notices come in the order of the commits: whatever the two before had caused would be here before this one.
    await place([placedEvent()]);
    await woken(2);
    expect(wakes).toBe(2);
  });

  it('When its connection is cut, then it opens another, wakes for what it missed, and hears again', async () => {
    const [pid] = await listeners();
    await pool.query('select pg_terminate_backend($1)', [pid]);
    await woken(2);
    expect(await listeners()).not.toContain(pid);
    await place([placedEvent()]);
    await woken(3);
  });

  it('When it is closed, then its connection is gone and it wakes no more', async () => {
    await listener.close();
    await until('no connection', async () => ((await listeners()).length === 0 ? true : undefined));
    await place([placedEvent()]);
    expect(wakes).toBe(1);
  });

  it('When the database cannot be reached, then it closes all the same', async () => {
    const unreachable = listenOutbox({
      url: 'postgres://u:p@127.0.0.1:1/d',
      onWake: () => {},
      log: silentLog,
    });
    await unreachable.close();
  });
});
