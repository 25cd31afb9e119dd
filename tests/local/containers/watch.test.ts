import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeStack } from '../../../local/containers/make-stack.ts';
import { appendTo, record } from '../../../local/containers/record.ts';
import { makeScreen } from '../../../local/containers/screen.ts';
import { statusOf, tableOf } from '../../../local/containers/status.ts';
import { until } from '../../support/until.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type FakeEngine, startFakeEngine, startFakeStatistics } from './fake-engine.ts';

const compose = {
  config: () => Promise.reject(new Error('is not to be asked')),
  run: () => Promise.reject(new Error('is not to be run')),
};

let engine: FakeEngine;
let statistics: Awaited<ReturnType<typeof startFakeStatistics>>;
beforeEach(async () => {
  engine = await startFakeEngine();
  statistics = await startFakeStatistics(engine);
  engine.add('postgres', 1);
  engine.add('orders', 1, { log: ['2026-01-01T00:00:01.000000000Z b', '2026-01-01T00:00:03.000000000Z d'] });
  engine.add('orders', 2, {
    health: 'unhealthy',
    restarts: 3,
    log: ['2026-01-01T00:00:00.000000000Z a', '2026-01-01T00:00:02.000000000Z c'],
  });
  engine.add('orders', 3, { state: 'exited', exitCode: 137 });
  engine.add('migrate-orders', 1, { state: 'exited', restartPolicy: 'no' });
  engine.add('migrate-auth', 1, { state: 'exited', restartPolicy: 'no', exitCode: 1 });
  engine.add('gateway', 1, { published: [{ inside: 8404, outside: statistics.port }] });
});
afterEach(async () => {
  await statistics.close();
  await engine.close();
});

const stack = () => makeStack({ docker: engine.docker, project: 'fake', compose });

describe('status', () => {
  it('When services run, then each has one row, summed up, and a job only when it failed', async () => {
    const services = statusOf(await stack().sampler()());
    expect(services.map(({ service }) => service)).toEqual(['gateway', 'orders', 'postgres', 'migrate-auth']);
    expect(services[1]).toMatchObject({
      running: 2,
      replicas: 3,
      healthy: 1,
      restarts: 3,
      memoryBytes: 2 * 29 * 1024 * 1024,
      memoryLimitBytes: 2 * 256 * 1024 * 1024,
      requestsPerSecond: 0,
      notes: ['fake-orders-3 exited 137'],
    });
  });

  it('When it is a table, then it is one line a service under the heads', async () => {
    const [head, ...rows] = tableOf(statusOf(await stack().sampler()())).split('\n');
    expect(head).toMatch(/^SERVICE +REPLICAS +HEALTHY +CPU % +MEMORY +RESTARTS +REQUESTS\/S$/);
    expect(rows[1]).toMatch(
      /^orders +2\/3 +1\/3 +\d+\.\d +58 \/ 512 MiB +3 +0\.0 {2}fake-orders-3 exited 137$/,
    );
    expect(rows[2]).toMatch(/^postgres +1\/1 +1\/1 +\d+\.\d +29 \/ 256 MiB +0 +-$/);
  });

  it('When it is measured twice, then the CPU is that of the time between', async () => {
    const sample = stack().sampler();
    const before = await sample();
    const one = engine.containers.find(({ name }) => name === 'fake-orders-1');
    if (one) one.cpuNs += 1e9;
    const after = await sample();
    const cpu = after.containers.find(({ replica }) => replica.name === 'fake-orders-1')?.cpu;
    expect((cpu?.cores ?? 0) * (cpu?.windowMs ?? 0)).toBeCloseTo(1000, 3);
    expect(cpu?.windowMs).toBeLessThanOrEqual(after.at - before.at + 1000);
  });

  it('When the gateway does not answer, then all but the requests is there', async () => {
    await statistics.close();
    const [, orders] = statusOf(await stack().sampler()());
    expect(orders?.running).toBe(2);
    expect(orders).not.toHaveProperty('requestsPerSecond');
    statistics = await startFakeStatistics(engine);
  });
});

describe('a screen', () => {
  it('When it is a terminal, then a text takes the place of the one before, cut to its size', () => {
    const written: string[] = [];
    const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
    const show = makeScreen({ write, isTTY: true, columns: 21, rows: 4 });
    show('first\nsecond');
    show(`${'x'.repeat(30)}\n2\n3\n4\n5`);
    expect(written).toEqual(['first\nsecond\n', `\x1b[2A\x1b[0J${'x'.repeat(20)}\n2\n3\n`]);
  });

  it('When it is none, then one follows the other', () => {
    const written: string[] = [];
    const show = makeScreen({ write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
    show('one');
    show('two');
    expect(written.join('')).toBe('one\n\ntwo\n');
  });
});

describe('logs', () => {
  const collect = async (options: object): Promise<string[]> => {
    const lines: string[] = [];
    await stack().logs({ ...options, onLine: ({ name }, line) => lines.push(`${name} ${line}`) });
    return lines;
  };

  it('When several replicas log, then their lines are merged by time', async () => {
    expect(await collect({ services: ['orders'] })).toEqual([
      'fake-orders-2 a',
      'fake-orders-1 b',
      'fake-orders-2 c',
      'fake-orders-1 d',
    ]);
  });

  it('When it follows, then what was shown is not shown again, and a new replica is followed too', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const shown = stack().logs({
      services: ['orders'],
      follow: true,
      signal: stop.signal,
      onLine: ({ name }, line) => lines.push(`${name} ${line}`),
    });
    await until('the past', async () => (lines.length >= 4 ? true : undefined));
    engine.add('orders', 4, { log: ['2026-01-01T00:00:04.000000000Z e'] });
    await until('the new one', async () => (lines.includes('fake-orders-4 e') ? true : undefined));
    stop.abort();
    await shown;
    expect(lines).toHaveLength(new Set(lines).size);
  });

  it('When there is no such service, then it is told', async () => {
    await expect(collect({ services: ['nope'] })).rejects.toThrow(
      'There is no service "nope" in the stack fake',
    );
  });
});

describe('record', () => {
  it('When it runs for a time, then each container has one line each time, and earlier lines stay', async () => {
    const folder = temporaryFolder();
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'record.jsonl');
    appendTo(file).write('{"earlier":true}\n');
    const { write, close } = appendTo(file);
    const sample = stack().sampler();
    const lines = await record({ sample, write, everyMs: 100, forMs: 300 });
    close();
    const [earlier, ...read] = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(earlier).toEqual({ earlier: true });
    expect(read).toHaveLength(lines);
    const instants = Map.groupBy(read, ({ time }) => time);
    // One that is late is left out.
    expect(instants.size).toBeGreaterThanOrEqual(2);
    expect(instants.size).toBeLessThanOrEqual(4);
    for (const [, at] of instants)
      expect(at.map(({ container }) => container)).toEqual([
        'fake-gateway-1',
        'fake-orders-1',
        'fake-orders-2',
        'fake-orders-3',
        'fake-postgres-1',
      ]);
    expect(read[1]).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'orders',
      container: 'fake-orders-1',
      state: 'running',
      health: 'healthy',
      replicas: 2,
      cpuCores: 0,
      cpuSeconds: expect.any(Number),
      memoryBytes: 29 * 1024 * 1024,
      memoryLimitBytes: 256 * 1024 * 1024,
      restarts: 0,
      serviceRequests: 5,
      serviceRequestsPerSecond: 0,
    });
    expect(read[3]).toMatchObject({ container: 'fake-orders-3', cpuCores: null, memoryBytes: null });
  });

  it('When the signal comes, then it ends', async () => {
    const stop = new AbortController();
    const written: string[] = [];
    const ended = record({
      sample: stack().sampler(),
      write: (line) => {
        written.push(line);
        stop.abort();
      },
      everyMs: 60_000,
      signal: stop.signal,
    });
    expect(await ended).toBe(written.length);
  });

  it('When the file cannot be written, then one line says so', () => {
    expect(() => appendTo('/nowhere/at/all')).toThrow(/^\/nowhere\/at\/all cannot be written: ENOENT[^\n]+$/);
  });
});
