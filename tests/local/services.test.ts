import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../local/postgres/processes.ts';
import { type Postgres, startPostgres } from '../../local/postgres.ts';
import { SERVICES, type ServiceName, type Services, startServices } from '../../local/services.ts';
import { freePorts } from '../../local/start-ports.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres({
    dataDir: join(folder, 'pg'),
    port: 0,
    databases: [...SERVICES],
    log: () => {},
  });
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function makeOptions(extra: Record<string, string> = {}) {
  const ports = await freePorts(3);
  const urls = Object.fromEntries(SERVICES.map((name, index) => [name, `http://127.0.0.1:${ports[index]}`]));
  const envOf = (name: ServiceName, index: number): Record<string, string> => ({
    STORE: 'postgres',
    DATABASE_URL: postgres.urlOf(name),
    PORT: String(ports[index]),
    PUBLIC_URL: urls[name] as string,
    AUTH_URL: urls['auth'] as string,
    INVENTORY_URL: urls['inventory'] as string,
    ORDERS_URL: urls['orders'] as string,
    PHOTOS_DIR: join(folder, 'photos'),
    DRAIN_MS: '0',
    ...extra,
  });
  const env = Object.fromEntries(SERVICES.map((name, index) => [name, envOf(name, index)])) as Record<
    ServiceName,
    Record<string, string>
  >;
  return { env, logDir: join(folder, 'logs') };
}

async function start(options: Parameters<typeof startServices>[0]): Promise<Services> {
  const services = await startServices(options);
  cleanups.push(services.stop);
  return services;
}

async function until(condition: () => boolean, deadlineMs = 15_000): Promise<void> {
  for (const end = Date.now() + deadlineMs; !condition(); await sleep(10)) {
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${condition}`);
  }
}

const pidsOf = (services: Services): number[] => Object.values(services.pids);

describe('startServices', () => {
  it('When it resolves, then all three are ready; when it is stopped, all have ended in order', async () => {
    const reports: string[] = [];
    const services = await start({ ...(await makeOptions()), onExit: (name) => reports.push(name) });
    for (const name of SERVICES) {
      expect((await fetch(`${services.urls[name]}/readyz`)).status, name).toBe(200);
      expect(readFileSync(join(folder, 'logs', `${name}.log`), 'utf8')).toContain('"msg":"listening"');
    }
    const pids = pidsOf(services);
    await services.stop();
    await services.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(reports).toEqual([]);
    for (const name of SERVICES) {
      expect(readFileSync(join(folder, 'logs', `${name}.log`), 'utf8')).toContain('"msg":"stopped"');
    }
  });

  it('When a service is killed, then its end is reported with its last lines, the others go on, and it can be started again', async () => {
    const reports: [string, string][] = [];
    const services = await start({
      ...(await makeOptions()),
      onExit: (...report) => reports.push(report),
    });
    const killed = services.pids.orders;
    process.kill(killed, 'SIGKILL');
    await until(() => reports.length === 1);
    expect(reports[0]?.[0]).toBe('orders');
    expect(reports[0]?.[1]).toMatch(/orders service ended \(SIGKILL\)[\s\S]*"msg":"ready"/);
    expect((await fetch(`${services.urls.auth}/readyz`)).status).toBe(200);
    await services.restart('orders');
    expect(services.pids.orders).not.toBe(killed);
    expect((await fetch(`${services.urls.orders}/readyz`)).status).toBe(200);
  });

  it('When a variable is missing, then the error names it, and no service is left running', async () => {
    const options = await makeOptions();
    const { AUTH_URL: _missing, ...rest } = options.env.orders;
    await expect(start({ ...options, env: { ...options.env, orders: rest } })).rejects.toThrow(
      /AUTH_URL is not set/,
    );
    await expect(fetch(`${options.env.auth['PUBLIC_URL']}/livez`)).rejects.toThrow();
  });

  it('When a port is taken, even by something that looks ready, then the error says so', async () => {
    const options = await makeOptions();
    const other = createServer((_req, res) => res.end('ready')).listen(
      Number(options.env.inventory['PORT']),
      '127.0.0.1',
    );
    await once(other, 'listening');
    cleanups.push(() => other.close());
    await expect(start(options)).rejects.toThrow(`${options.env.inventory['PORT']} on 127.0.0.1 is taken`);
  });

  it('When the database is not there yet, then a service waits for it and says so', async () => {
    const options = await makeOptions({ DATABASE_URL: 'postgres://x:y@127.0.0.1:1/x' });
    await expect(start({ ...options, readyMs: 4_000 })).rejects.toThrow(
      /not ready after 4000 ms[\s\S]*the store is not ready/,
    );
  });

  it('When the process that started them is killed -9, then all of them end in order', async () => {
    const options = await makeOptions();
    const script = join(import.meta.dirname, 'services-child.ts');
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill('SIGKILL'));
    const [line] = await once(child.stdout, 'data');
    const pids = Object.values(JSON.parse(String(line)) as Record<string, number>);
    expect(pids.every(isAlive)).toBe(true);
    child.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
  });
});
