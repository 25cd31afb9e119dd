/** Whatever ends the runtime, or a handler, nothing that it started outlives it, and its ports are free again. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { describe, it, type TestContext } from 'vitest';
import { until } from '../../support/until.ts';
import { startHostile } from '../hostile/run-hostile.ts';
import { processesWith } from '../support/processes.ts';

/** How long it may take until everything is gone, in ms: a kill -9 is noticed, not told. */
const GONE_MS = 20_000;

/** A runtime with environments in all states: busy, idle and so frozen, with children left behind, and in their INIT. */
const startBusy = async ({ onTestFinished, expect }: TestContext) => {
  const value = randomUUID();
  const runtime = await startHostile({ LAMBDA_TEST: value });
  onTestFinished(runtime.stop);
  const ofHandlers = () => processesWith(`LAMBDA_TEST=${value}`).filter(({ pid }) => pid !== runtime.pid);
  await Promise.all([0, 1, 2].map((n) => runtime.invoke(`hostile${n}`, { kind: 'ok' })));
  expect((await runtime.invoke('hostile3', { kind: 'spawns', count: 3 })).text).toBe('"spawned"');
  await until('the children run', async () =>
    ofHandlers().filter(({ command }) => command === 'sleep 300').length === 3 ? true : undefined,
  );
  const ignored = (key: string, event: object): void =>
    void runtime.invoke(key, event, { timeoutMs: 30_000 }).catch(() => undefined);
  ignored('hostile5', { kind: 'hangs' });
  ignored('hostile6', { kind: 'spins' });
  ignored('hostile4', { kind: 'ok' });
  return { runtime, ofHandlers };
};

const listen = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });

const allGone = (left: () => readonly unknown[]): Promise<unknown> =>
  until('nothing is left', async () => (left().length === 0 ? true : undefined), { withinMs: GONE_MS }).catch(
    (error: unknown) => {
      throw new Error(`left: ${JSON.stringify(left())}`, { cause: error });
    },
  );

describe.concurrent('no orphans', () => {
  it.for([
    ['Ctrl-C, which reaches the whole group', 'SIGINT', true],
    ['SIGINT', 'SIGINT', false],
    ['SIGTERM', 'SIGTERM', false],
    ['kill -9', 'SIGKILL', false],
  ] as const)(
    'When the runtime is ended by %s, then no process is left and its ports are free',
    async ([, signal, isGroup], context) => {
      const { expect } = context;
      const { runtime, ofHandlers } = await startBusy(context);
      expect(ofHandlers().length).toBeGreaterThanOrEqual(8);
      process.kill(isGroup ? -runtime.pid : runtime.pid, signal);
      await runtime.exited;
      await allGone(ofHandlers);
      for (const port of [runtime.httpPort, runtime.controlPort]) await listen(port);
    },
  );

  it('When a handler crashes, then what it started is gone with it, and the others live on', async (context) => {
    const { expect } = context;
    const { runtime, ofHandlers } = await startBusy(context);
    const children = () => ofHandlers().filter(({ command }) => command === 'sleep 300');
    const before = ofHandlers().length;
    await runtime.invoke('hostile3', { kind: 'exit', code: 3 });
    await allGone(children);
    expect(ofHandlers().length).toBeGreaterThanOrEqual(before - 6);
    expect((await runtime.invoke('hostile0', { kind: 'ok' })).text).toBe('"fine"');
    expect((await runtime.invoke('hostile3', { kind: 'ok' })).text).toBe('"fine"');
  });
});
