import { AsyncLocalStorage } from 'node:async_hooks';
import { silentLog } from '@duet/shared/kernel/log.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { type Loop, startLoop } from '../../microservices/edge/loop.ts';
import { becomes } from './fixtures/start.ts';

const loops: Loop[] = [];
afterEach(() => Promise.all(loops.splice(0).map((loop) => loop.stop())));

function start(
  run: (goOn: () => boolean) => Promise<number | undefined>,
  everyMs = 60_000,
  log = silentLog,
): Loop {
  const loop = startLoop({ name: 'test', everyMs, run, log });
  loops.push(loop);
  return loop;
}

describe('startLoop', () => {
  it('When it starts, then it runs at once', async () => {
    let runs = 0;
    start(async () => void runs++ as undefined);
    await becomes(() => runs === 1);
  });

  it('When it is woken a hundred times during a run, then one more run follows, and never two at a time', async () => {
    let [runs, active, most] = [0, 0, 0];
    const loop = start(async () => {
      runs += 1;
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setTimeout(resolve, 50));
      active -= 1;
      return undefined;
    });
    for (let i = 0; i < 100; i += 1) loop.wake();
    await becomes(() => runs === 2 && active === 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([runs, most]).toEqual([2, 1]);
  });

  it('When a run says when it is due again, then it runs then; when that is past, it does not spin', async () => {
    const times: number[] = [];
    start(async () => {
      times.push(Date.now());
      return times.length === 1 ? Date.now() + 150 : Date.now() - 1_000;
    });
    await becomes(() => times.length >= 4);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(140);
    for (const gap of gaps.slice(1)) expect(gap).toBeGreaterThanOrEqual(15);
  });

  it('When a run fails, then the fault is logged and the loop goes on', async () => {
    let runs = 0;
    const faults: unknown[] = [];
    const log = { ...silentLog, error: (fields: Record<string, unknown>) => void faults.push(fields['err']) };
    start(
      async () => {
        runs += 1;
        if (runs === 1) throw new Error('broken');
        return undefined;
      },
      20,
      log,
    );
    await becomes(() => runs >= 3);
    expect(faults).toEqual([new Error('broken')]);
  });

  it('When it is stopped during a run, then that run is finished and no other begins, even if woken', async () => {
    let [begun, ended] = [0, 0];
    const loop = start(async () => {
      begun += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      ended += 1;
      return Date.now();
    });
    await becomes(() => begun === 1);
    loop.wake();
    await loop.stop();
    expect([begun, ended]).toEqual([1, 1]);
    loop.wake();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(begun).toBe(1);
  });

  it('When it is stopped during a run of many steps, then the run is told not to take on the next', async () => {
    let steps = 0;
    const loop = start(async (goOn) => {
      while (goOn()) {
        steps += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return undefined;
    });
    await becomes(() => steps >= 3);
    await loop.stop();
  });

  it('When a request wakes it, then the run does not take on the request id', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const loop = start(async () => void seen.push(storage.getStore()) as undefined);
    await becomes(() => seen.length === 1);
    storage.run('request', loop.wake);
    await becomes(() => seen.length === 2);
    expect(seen).toEqual([undefined, undefined]);
  });
});
