import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { processesWith, startOf } from '../../../compare/measure/proc.ts';
import { Measurement } from '../../../compare/results/run-record.ts';
import { openDataRoot } from '../../../compare/targets/data-root.ts';
import { makeTarget } from '../../../compare/targets/make-target.ts';
import { smoke } from '../../../compare/targets/smoke.ts';
import { parseTarget } from '../../../compare/targets/specs.ts';
import { environment } from '../../../shared/kernel/config.ts';
import { processesOf } from '../../local/start-child.ts';
import { until } from '../../support/until.ts';

const parent = mkdtempSync(join(tmpdir(), 'duet-targets-'));
chmodSync(parent, 0o755);
const children: ChildProcess[] = [];
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const CHILD = fileURLToPath(new URL('./target-child.ts', import.meta.url));

/** What has any of it among its arguments or variables. */
const isGone = (path: string): boolean => processesOf(path).length === 0 && !existsSync(path);

const isOpen = (url: string): Promise<boolean> =>
  fetch(url).then(
    async (reply) => {
      await reply.arrayBuffer();
      return true;
    },
    () => false,
  );

describe('the functions as a target', () => {
  it('When they are smoked, measured and stopped, then CPU, queues and outbox are told, and nothing is left', async () => {
    const root = await openDataRoot(undefined, parent);
    cleanups.push(root.close);
    const spec = parseTarget('serverless/dynamodb');
    const target = makeTarget(spec, { root, say: () => {} });
    const started = await target.start();
    expect(await smoke(started, spec.info)).toMatchObject({ ok: true });

    const observer = started.observe();
    await observer.begin();
    observer.generator(process.pid);
    const from = Math.ceil(Date.now() / 1_000) * 1_000;
    let answered = 0;
    while (Date.now() < from + 2_000) {
      const reply = await fetch(`${started.baseUrls.inventory}/products?limit=1`);
      await reply.arrayBuffer();
      expect(reply.status).toBe(200);
      if (Date.now() >= from) answered += 1;
    }
    const sum = await observer.end({ measuredFromEpochMs: from, durationSeconds: 2, answered });
    expect(Measurement.parse(sum)).toEqual(sum);

    const used = new Map(sum.components.map((use) => [use.component, use]));
    for (const component of ['generator', 'gateway', 'service', 'store'] as const) {
      expect(used.get(component)?.cpuSeconds, component).toBeGreaterThan(0);
      expect(used.get(component)?.gbSeconds, component).toBeGreaterThan(0);
    }
    const measured = sum.stack.filter(({ second }) => second >= 0);
    expect(measured).toHaveLength(2);
    for (const { queueDepth, outboxPending, outboxAgeSeconds, instances, busy } of measured) {
      expect([queueDepth, outboxPending, outboxAgeSeconds]).toEqual([0, 0, 0].map(() => expect.any(Number)));
      expect(instances).toBeGreaterThan(0);
      expect(busy).toBeGreaterThan(0);
    }
    expect(
      measured.reduce((total, { billedGbSeconds }) => total + (billedGbSeconds ?? 0), 0),
    ).toBeGreaterThan(0);
    expect(sum.host.every(({ usedCores }) => usedCores > 0)).toBe(true);
    // The run's own use is no part of what others used.
    const own = sum.processes
      .filter(({ second }) => second === 0)
      .reduce((total, { cores }) => total + cores, 0);
    const [host] = sum.host.filter(({ second }) => second === 0);
    expect(Math.abs((host?.otherCores ?? 0) - Math.max(0, (host?.usedCores ?? 0) - own))).toBeLessThan(1e-9);

    await started.stop();
    await until(
      'it is stopped',
      async () => processesOf(join(root.path, 'serverless-dynamodb')).length === 0 || undefined,
    );
    expect(await isOpen(started.baseUrls.orders)).toBe(false);
    await target.dispose();
    await root.close();
    expect(isGone(root.path)).toBe(true);
  });
});

describe('a run that is killed', () => {
  it('When it dies by kill -9 beside a target that runs, then everything is gone, data too', async () => {
    const child = spawn(process.execPath, [CHILD, parent, 'microservices/postgres'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout });
    const said: Record<string, unknown> = {};
    lines.on('line', (line) => Object.assign(said, JSON.parse(line)));
    const urls = await until('it runs', async () => said['baseUrls'] as Record<string, string> | undefined, {
      withinMs: 45_000,
    });
    const root = said['root'] as string;
    const running = processesWith(root);
    expect(running.length).toBeGreaterThan(2);
    expect(await isOpen(`${urls['orders']}/healthz`)).toBe(true);
    child.kill('SIGKILL');
    await until('all is gone', async () => isGone(root) || undefined, { withinMs: 25_000 });
    expect(await Promise.all(Object.values(urls).map(isOpen))).toEqual([false, false, false, false]);
  });

  it('When its guardian was killed too, then the next run removes what is left, and nothing of a run that lives', async () => {
    const [dead, alive] = [
      join(parent, 'duet-compare-4194999-1-abcdef'),
      join(parent, `duet-compare-${process.pid}-${startOf(process.pid)}-abcdef`),
    ];
    for (const folder of [dead, alive]) mkdirSync(join(folder, 'data'), { recursive: true });
    const root = await openDataRoot(undefined, parent);
    cleanups.push(root.close);
    expect([existsSync(dead), existsSync(alive), existsSync(root.path)]).toEqual([false, true, true]);
    await root.close();
    expect(readdirSync(parent).filter((name) => name.startsWith('duet-compare-'))).toEqual([
      alive.split('/').at(-1),
    ]);
    rmSync(alive, { recursive: true });
  });
});

describe('a target that does not start', () => {
  it('When the databases are half named, then it says why, and nothing of it runs', async () => {
    const child = spawn(process.execPath, [CHILD, parent, 'microservices/postgres'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment(), ORDERS_DATABASE_URL: 'postgres://x:y@127.0.0.1:1/x' },
    });
    children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text;
      });
    await once(child, 'close');
    expect(said).toContain('microservices did not start.');
    expect(said).toContain('AUTH_DATABASE_URL and INVENTORY_DATABASE_URL are not set');
    const root = JSON.parse(said.split('\n')[0] ?? '').root;
    await until('all is gone', async () => isGone(root) || undefined);
  });
});
