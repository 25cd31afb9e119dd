import { type Migration, migrate, readMigrations } from '@duet/shared/adapters/postgres/migrate.ts';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { race } from './each-store.ts';
import { contexts, openSchema } from './postgres-schemas.ts';

const CREATE: Migration = { name: '001-create.sql', sql: 'create table shelf (id int)', checksum: 'a' };
const FILL: Migration = { name: '002-fill.sql', sql: 'insert into shelf values (1)', checksum: 'b' };
const BROKEN: Migration = {
  name: '003-broken.sql',
  sql: 'insert into shelf values (2); insert into cellar values (1)',
  checksum: 'c',
};

describe('migrate', () => {
  let schema: Awaited<ReturnType<typeof openSchema>>;
  let client: pg.Client;
  const run = (...migrations: Migration[]) => migrate({ url: schema.url, context: 'orders', migrations });
  const shelf = async (): Promise<number[]> =>
    (await client.query<{ id: number }>('select id from shelf order by id')).rows.map(({ id }) => id);

  beforeEach(async () => {
    schema = await openSchema('orders');
    client = new pg.Client({ connectionString: schema.url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await schema.drop();
  });

  it('When a database is new, then all migrations are applied in order, and later only new ones', async () => {
    expect(await run(CREATE)).toEqual(['001-create.sql']);
    expect(await run(CREATE, FILL)).toEqual(['002-fill.sql']);
    expect(await run(CREATE, FILL)).toEqual([]);
    expect(await shelf()).toEqual([1]);
  });

  it('When 8 replicas start at once, then each migration is applied by one of them', async () => {
    const applied = await race(8, () => run(CREATE, FILL));
    expect(applied.flat().toSorted()).toEqual(['001-create.sql', '002-fill.sql']);
    expect(await shelf()).toEqual([1]);
  });

  it('When an applied migration has changed, then nothing is applied and the error names it', async () => {
    await run(CREATE);
    await expect(run({ ...CREATE, checksum: 'z' }, FILL)).rejects.toThrow('001-create.sql');
    expect(await shelf()).toEqual([]);
  });

  it('When a migration fails, then all of it is undone, those before stay, and a corrected one is applied', async () => {
    await expect(run(CREATE, FILL, BROKEN)).rejects.toThrow('003-broken.sql');
    expect(await shelf()).toEqual([1]);
    const corrected = { ...BROKEN, sql: 'insert into shelf values (3)', checksum: 'd' };
    expect(await run(CREATE, FILL, corrected)).toEqual(['003-broken.sql']);
    expect(await shelf()).toEqual([1, 3]);
  });

  it('When a migration cannot be recorded, then all of it is undone', async () => {
    const sql = "insert into shelf values (2); insert into schema_migrations values ('003-broken.sql', 'x')";
    await expect(run(CREATE, { ...BROKEN, sql })).rejects.toThrow('003-broken.sql');
    expect(await shelf()).toEqual([]);
  });

  it('When a newer release has migrated already, then an older one starts all the same', async () => {
    await run(CREATE, FILL);
    expect(await run(CREATE)).toEqual([]);
  });

  it.each(contexts)(
    'When the migrations of %s are read, then their numbers are unique and rising',
    async (context) => {
      const numbers = (await readMigrations(context)).map(({ name }) => Number(name.slice(0, 3)));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      expect(numbers.length).toBeGreaterThan(0);
    },
  );
});
