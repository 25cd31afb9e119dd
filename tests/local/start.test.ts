import type { ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRunning } from '../../local/start-lock.ts';
import { endAll, processesOf, run, script, startChild, untilTrue } from './start-child.ts';
import { temporaryFolder } from './temporary-folder.ts';

const parent = temporaryFolder();
const data = join(parent, 'data');
const children: ChildProcess[] = [];

afterAll(async () => {
  await endAll(children, data);
  rmSync(parent, { recursive: true, force: true });
});

const isOpen = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.setTimeout(1_000, () => resolve(false));
  });

const start = (...args: string[]) => {
  const started = startChild(data, ...args);
  children.push(started.child);
  return started;
};

type Product = { name: string; photos: { state: string }[] };
const catalogueAt = async (url: string): Promise<Product[]> => {
  const reply = await fetch(`${url}/products?limit=100`);
  return ((await reply.json()) as { items: Product[] }).items;
};
const urlsOf = (): string[] => {
  const { microservices, serverless } = readRunning(data)?.stacks ?? {};
  return [microservices, serverless].flatMap((stack) => (stack ? [stack.urls.inventory] : []));
};

describe('npm start', () => {
  it('When some of the three databases are named, then it ends and names those that are missing', async () => {
    const env = { INVENTORY_DATABASE_URL: 'postgres://x:y@127.0.0.1:1/x', ORDERS_DATABASE_URL: '' };
    const elsewhere = join(parent, 'elsewhere');
    const args = ['local/start.ts', '--data', elsewhere, '--free-ports', '--no-seed'];
    const { code, out } = await run(process.execPath, args, env);
    expect(out).toContain('AUTH_DATABASE_URL and ORDERS_DATABASE_URL are not set');
    expect(code).toBe(2);
    expect(existsSync(join(elsewhere, 'postgres'))).toBe(false);
    expect(readRunning(elsewhere)).toBeUndefined();
  });

  it('When the starter is killed -9 in the middle of the seeding, then nothing of it is left running', async () => {
    const { child, said, ready } = start();
    await ready();
    expect(said.text).toMatch(/microservices +admin@duet\.example +\S{20,}/);
    expect(said.text).toMatch(/serverless +admin@duet\.example +\S{20,}/);
    const urls = urlsOf();
    expect(urls).toHaveLength(2);
    const anyPhoto = async () => {
      const photos = (await Promise.all(urls.map(catalogueAt))).flat().flatMap((product) => product.photos);
      return photos.some(({ state }) => state === 'READY');
    };
    await untilTrue('a photo is ready', anyPhoto);
    child.kill('SIGKILL');
    await untilTrue('nothing is left running', () => processesOf(data).length === 0, 20_000);
    expect(await Promise.all(urls.map(isOpen))).toEqual([false, false]);
  });

  it('When it is started again, then the seeding goes on, nothing is there twice and no password is shown again', async () => {
    const { child, said, ended, ready } = start();
    await ready();
    expect(said.text).not.toContain('Administrators');
    const [left = '', right = ''] = urlsOf();
    await untilTrue('both are seeded', () =>
      Object.values(readRunning(data)?.stacks ?? {}).every((stack) => stack?.seeded),
    );
    expect(said.text).not.toContain('✗');
    const [microservices, serverless] = [await catalogueAt(left), await catalogueAt(right)];
    expect(microservices).toHaveLength(12);
    expect(serverless.map(({ name }) => name)).toEqual(microservices.map(({ name }) => name));
    for (const { photos } of [...microservices, ...serverless]) {
      expect(photos.some(({ state }) => state === 'READY')).toBe(true);
    }

    // The lines that were shown place an order on each stack.
    const lines = said.text.split('\n').filter((line) => /^(curl|TOKEN)/.test(line));
    expect(lines).toHaveLength(6);
    const { out } = await run('sh', ['-c', lines.join('\n')]);
    expect(out.match(/"state":"PENDING"/g)).toHaveLength(2);

    expect(await script('local/start.ts', '--data', data)).toMatchObject({
      code: 2,
      out: expect.stringContaining('Duet runs already'),
    });
    expect(await script('local/reset.ts', '--data', data)).toMatchObject({
      code: 1,
      out: expect.stringContaining('Stop it with Ctrl-C'),
    });
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(processesOf(data)).toEqual([]);
    expect(readRunning(data)).toBeUndefined();
    expect(await script('local/reset.ts', '--data', data)).toMatchObject({ code: 0 });
    expect(existsSync(data)).toBe(false);
  });
});
