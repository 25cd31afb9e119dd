import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, readdirSync, statSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { identityOf, isAlive } from '../../local/postgres/processes.ts';
import { type Postgres, startPostgres } from '../../local/postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const template = temporaryFolder();
beforeAll(async () => {
  const dataDir = join(template, 'data');
  await (await startPostgres({ dataDir, port: 0, databases: ['one', 'two'], log: () => {} })).stop();
});
afterAll(() => rm(template, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

function newFolder(mode = 0o755): string {
  const folder = temporaryFolder(mode);
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A stopped cluster with the databases one and two: a copy, because making one takes a second or two. */
function copyOfCluster(): string {
  const dataDir = join(newFolder(), 'data');
  execFileSync('cp', ['-a', join(template, 'data'), dataDir]);
  return dataDir;
}

async function start(dataDir: string, databases = ['one', 'two'], port = 0): Promise<Postgres> {
  const postgres = await startPostgres({ dataDir, port, databases, log: () => {} });
  cleanups.push(() => postgres.stop());
  return postgres;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean, deadlineMs = 10_000): Promise<void> {
  for (const end = Date.now() + deadlineMs; !condition(); await sleep(10)) {
    if (Date.now() > end) throw new Error('the condition did not come true in time');
  }
}

/** Runs postgres-child.ts and waits for its line of JSON. */
async function startChild(dataDir: string, ids: { uid?: number; gid?: number } = {}) {
  const script = join(import.meta.dirname, 'postgres-child.ts');
  const child = spawn(process.execPath, [script, dataDir], { ...ids, stdio: ['ignore', 'pipe', 'pipe'] });
  cleanups.push(() => child.kill('SIGKILL'));
  return { child, ...(await firstLine(child)) };
}

function firstLine(child: ChildProcess): Promise<{ pid: number; uid: number; url: string }> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('no pipes');
  let errors = '';
  stderr.on('data', (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('close', () => reject(new Error(errors)));
  });
}

describe('startPostgres', () => {
  it('When the folder is empty, then every database answers its own role, durably and in UTF-8', async () => {
    const postgres = await start(join(newFolder(), 'data'));
    const sql = `SELECT current_user AS role, current_setting('fsync') AS fsync, current_setting('listen_addresses') AS listen,
      current_setting('server_encoding') AS encoding,
      (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super`;
    expect(await query(postgres.urlOf('two'), sql)).toEqual([
      { role: 'two', fsync: 'on', listen: '127.0.0.1', encoding: 'UTF8', super: false },
    ]);
  });

  it('When a role tries another database, a wrong password or none, then it is refused', async () => {
    const postgres = await start(copyOfCluster());
    const url = new URL(postgres.urlOf('one'));
    for (const database of ['two', 'postgres', 'template1']) {
      url.pathname = database;
      await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/permission denied for database/);
    }
    url.pathname = 'one';
    url.password = 'postgres';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    url.password = '';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/password/);
  });

  it('When two folders are made, then their passwords differ and the secret is readable by its owner only', async () => {
    const [a, b] = [join(newFolder(), 'data'), join(newFolder(), 'data')];
    const [first, second] = [await start(a), await start(b)];
    expect(new URL(first.urlOf('one')).password).not.toBe(new URL(second.urlOf('one')).password);
    expect(new URL(first.urlOf('one')).password).not.toBe(new URL(first.urlOf('two')).password);
    expect(statSync(join(a, 'secret')).mode & 0o777).toBe(0o600);
    expect(statSync(join(a, 'cluster')).mode & 0o777).toBe(0o700);
    expect(readdirSync(a).sort()).toEqual(['cluster', 'secret']);
  });

  it('When it is started again, then the data and the passwords are kept and a new name gets its database', async () => {
    const dataDir = join(newFolder(), 'data');
    const first = await start(dataDir, ['one']);
    await query(first.urlOf('one'), 'CREATE TABLE t AS SELECT 42 AS answer');
    await first.stop();
    const startedAt = performance.now();
    const second = await start(dataDir, ['one', 'two'], first.port);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(second.urlOf('one')).toBe(first.urlOf('one'));
    expect(await query(second.urlOf('one'), 'SELECT answer FROM t')).toEqual([{ answer: 42 }]);
    expect(await query(second.urlOf('two'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('When the server is killed -9 five times, then each start recovers what was committed, on the same port', async () => {
    const dataDir = copyOfCluster();
    let postgres = await start(dataDir, ['one']);
    await query(postgres.urlOf('one'), 'CREATE TABLE t (n int)');
    for (let n = 1; n <= 5; n++) {
      await query(postgres.urlOf('one'), `INSERT INTO t VALUES (${n})`);
      process.kill(postgres.pid, 'SIGKILL');
      postgres = await start(dataDir, ['one'], postgres.port);
      expect(await query(postgres.urlOf('one'), 'SELECT count(*)::int AS n FROM t')).toEqual([{ n }]);
    }
  });

  it('When the starting process is killed -9, then the server ends and the next start has the data', async () => {
    const dataDir = copyOfCluster();
    const { child, pid, url } = await startChild(dataDir);
    await query(url, 'CREATE TABLE t AS SELECT 7 AS n');
    child.kill('SIGKILL');
    await until(() => !isAlive(pid));
    const postgres = await start(dataDir, ['one']);
    expect(await query(postgres.urlOf('one'), 'SELECT n FROM t')).toEqual([{ n: 7 }]);
  });

  it('When a server outlives its owner, then the next start stops it and takes over', async () => {
    const dataDir = copyOfCluster();
    const { child, pid } = await startChild(dataDir);
    // Its watcher must not get there first, so the server sleeps while its owner dies.
    process.kill(pid, 'SIGSTOP');
    const identity = identityOf(pid);
    child.kill('SIGKILL');
    await until(() => child.signalCode === 'SIGKILL');
    const starting = start(dataDir, ['one']);
    await sleep(100);
    process.kill(pid, 'SIGCONT');
    expect((await starting).pid).not.toBe(pid);
    expect(identityOf(pid)).not.toBe(identity);
  });

  it('When the folder is in use, then a second start is refused and the first goes on', async () => {
    const dataDir = copyOfCluster();
    const first = await start(dataDir);
    await expect(start(dataDir)).rejects.toThrow(
      `in use by the PostgreSQL server with process id ${first.pid}`,
    );
    expect(await query(first.urlOf('one'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('When postmaster.pid names a living process that is no server, then that process is left alone', async () => {
    const dataDir = copyOfCluster();
    const first = await start(dataDir);
    await first.stop();
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
    cleanups.push(() => stranger.kill('SIGKILL'));
    const file = join(dataDir, 'cluster', 'postmaster.pid');
    writeFileSync(file, `${stranger.pid}\n${join(dataDir, 'cluster')}\n1\n1\n\n127.0.0.1\n\nready   \n`);
    const owner = statSync(join(dataDir, 'cluster'));
    chownSync(file, owner.uid, owner.gid);
    chmodSync(file, 0o600);
    const second = await start(dataDir);
    expect(await query(second.urlOf('one'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('When the port is taken, then the error names it at once', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    cleanups.push(() => listener.close());
    await until(() => listener.listening);
    const { port } = listener.address() as { port: number };
    const dataDir = join(newFolder(), 'data');
    await expect(start(dataDir, ['one'], port)).rejects.toThrow(`Port ${port} on 127.0.0.1`);
    expect((await start(dataDir, ['one'])).port).not.toBe(port);
  });

  it('When the folder holds something else, then it is not touched', async () => {
    const dataDir = newFolder();
    writeFileSync(join(dataDir, 'mine.txt'), 'mine');
    await expect(start(dataDir)).rejects.toThrow(/holds no PostgreSQL cluster/);
    expect(await readFile(join(dataDir, 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('When a first start was killed half-way, then the next one starts clean and clears it away', async () => {
    const parent = newFolder();
    const dataDir = join(parent, 'data');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'postgres-child.ts'), dataDir], {
      stdio: 'ignore',
    });
    await until(() => readdirSync(parent).some((name) => name.startsWith('data.new-')));
    child.kill('SIGKILL');
    await until(() => child.signalCode === 'SIGKILL');
    const postgres = await start(dataDir, ['one']);
    expect(await query(postgres.urlOf('one'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(parent)).toEqual(['data']);
  });

  it.runIf(isRoot)(
    'When root starts it in a folder closed to everybody else, then it runs as another user',
    async () => {
      const closed = newFolder(0o700);
      const postgres = await start(join(closed, 'deep', 'data'));
      expect(statSync(`/proc/${postgres.pid}`).uid).not.toBe(0);
      expect(await query(postgres.urlOf('one'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(statSync(closed).mode & 0o777).toBe(0o700);
    },
  );

  it.runIf(isRoot && projectIsOpen())(
    'When an ordinary user starts it, then the server is theirs, and root can start it later as that user',
    async () => {
      const folder = newFolder();
      chownSync(folder, NOBODY, NOBODY);
      const dataDir = join(folder, 'data');
      const { child, uid, pid } = await startChild(dataDir, { uid: NOBODY, gid: NOBODY });
      expect(uid).toBe(NOBODY);
      expect(statSync(`/proc/${pid}`).uid).toBe(NOBODY);
      child.kill('SIGTERM');
      await until(() => child.exitCode !== null);
      expect(isAlive(pid)).toBe(false);
      const asRoot = await start(dataDir, ['one']);
      expect(statSync(`/proc/${asRoot.pid}`).uid).toBe(NOBODY);
    },
  );
});

/** Whether an ordinary user could run this very test: every folder above it must be open. */
function projectIsOpen(): boolean {
  for (let folder = import.meta.dirname; folder !== '/'; folder = join(folder, '..')) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return false;
  }
  accessSync(process.execPath, constants.X_OK);
  return true;
}
