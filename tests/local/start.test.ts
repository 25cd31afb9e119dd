import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { readRunning } from '../../local/start-lock.ts';
import { environment } from '../../shared/kernel/config.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const parent = temporaryFolder();
const data = join(parent, 'data');
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await until(() => processesOf(data).length === 0, 15_000);
  rmSync(parent, { recursive: true, force: true });
});

const until = async (condition: () => boolean | Promise<boolean>, ms = 45_000): Promise<void> => {
  for (const end = Date.now() + ms; !(await condition()); await sleep(30)) {
    if (Date.now() > end) throw new Error('the condition did not come true in time');
  }
};

/** Ids of the processes that have the folder in their arguments or environment, but this one. */
const processesOf = (folder: string): number[] => {
  const mentions = (pid: string, file: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter((pid) => mentions(pid, 'cmdline') || mentions(pid, 'environ')).map(Number);
};

const isOpen = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.setTimeout(1_000, () => resolve(false));
  });

/** Starts both stacks, with all that they say. */
const start = (...args: string[]) => {
  const options = ['--data', data, '--free-ports', ...args];
  const child = spawn(process.execPath, [join(ROOT, 'local/start.ts'), ...options], {
    cwd: ROOT,
    env: { ...environment(), DUET_TEST: data },
  });
  children.push(child);
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said.text += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = () => until(() => said.text.includes('Ready after') || child.exitCode !== null);
  return { child, said, ended, ready };
};

const run = (file: string, ...args: string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    execFile(file, args, { cwd: ROOT, timeout: 40_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, out: `${stdout}${stderr}` });
    });
  });
const script = (name: string, ...args: string[]) => run(process.execPath, join('local', name), ...args);

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
    await until(anyPhoto);
    child.kill('SIGKILL');
    await until(() => processesOf(data).length === 0, 20_000);
    expect(await Promise.all(urls.map(isOpen))).toEqual([false, false]);
  });

  it('When it is started again, then the seeding goes on, nothing is there twice and no password is shown again', async () => {
    const { child, said, ended, ready } = start();
    await ready();
    expect(said.text).not.toContain('Administrators');
    const [left = '', right = ''] = urlsOf();
    await until(() => Object.values(readRunning(data)?.stacks ?? {}).every((stack) => stack?.seeded));
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
    const { out } = await run('sh', '-c', lines.join('\n'));
    expect(out.match(/"state":"PENDING"/g)).toHaveLength(2);

    expect(await script('start.ts', '--data', data)).toMatchObject({
      code: 2,
      out: expect.stringContaining('Duet runs already'),
    });
    expect(await script('reset.ts', '--data', data)).toMatchObject({
      code: 1,
      out: expect.stringContaining('Stop it with Ctrl-C'),
    });
    const redriven = await script('redrive.ts', '--data', data);
    expect(redriven.out).toContain('microservices  dead events of orders that are due again: 0');
    expect(redriven.out).toContain('serverless  dead messages that went back to settle-order: 0');
    expect(redriven.code).toBe(0);

    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(processesOf(data)).toEqual([]);
    expect(readRunning(data)).toBeUndefined();
    expect(await script('reset.ts', '--data', data)).toMatchObject({ code: 0 });
    expect(existsSync(data)).toBe(false);
  });
});
