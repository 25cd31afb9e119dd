import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { answerOf, errorOf, invocation, type Lab, lives, openLab, untilFrozen, untilGone } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const COUNTER = 'let n = 0; exports.handler = async () => ++n;';

describe('The life of an environment', () => {
  it('L01: When it is invoked again, then its module has been loaded once and keeps its globals', async () => {
    const environment = lab.open(
      'const loaded = process.hrtime.bigint().toString(); let n = 0; exports.handler = async () => [loaded, ++n];',
    );
    const [first, second] = [await answerOf(environment), await answerOf(environment)] as [string, number][];
    expect(first?.[1]).toBe(1);
    expect(second).toEqual([first?.[0], 2]);
  });

  it('L02: When it is invoked while it runs, then the second invocation begins after the first', async () => {
    const environment = lab.open(`
      let running = 0;
      exports.handler = async (event) => {
        const others = running++;
        await new Promise((resolve) => setTimeout(resolve, event.ms));
        running--;
        return others;
      };`);
    const both = [{ ms: 30 }, { ms: 0 }].map((event) => answerOf(environment, event));
    expect(await Promise.all(both)).toEqual([0, 0]);
  });

  it('L02: When two are invoked at once, then they run at once, each with globals of its own', async () => {
    const fn = lab.define(`
      const { existsSync, writeFileSync } = require('node:fs');
      let n = 0;
      exports.handler = async ({ mine, theirs }) => {
        writeFileSync(mine, '');
        while (!existsSync(theirs)) await new Promise((resolve) => setTimeout(resolve, 1));
        return ++n;
      };`);
    const [a, b] = [join(lab.dir, 'a'), join(lab.dir, 'b')];
    const answers = [
      [a, b],
      [b, a],
    ].map(([mine, theirs]) => answerOf(lab.environments.start(fn), { mine, theirs }));
    expect(await Promise.all(answers)).toEqual([1, 1]);
  });

  it('L05: When a handler throws, then its process goes on', async () => {
    const environment = lab.open(
      'let n = 0; exports.handler = async ({ fail }) => { n++; if (fail) throw new Error("no"); return n; };',
    );
    await environment.invoke(invocation({ fail: true }));
    expect(await answerOf(environment)).toBe(2);
  });

  it('L05: When it crashes, then the next invocation finds a new process in the same environment', async () => {
    const environment = lab.open(
      'let n = 0; exports.handler = async ({ crash }) => { n++; if (crash) process.exit(1); return [n, process.pid]; };',
    );
    await answerOf(environment);
    const before = environment.pid;
    const crashed = await environment.invoke(invocation({ crash: true }));
    expect(crashed.environmentLost).toBe(false);
    const [n, pid] = (await answerOf(environment)) as [number, number];
    expect([n, environment.pid]).toEqual([1, pid]);
    expect(pid).not.toBe(before);
  });

  it('L06: When it is stopped, then it is killed at once: no handler of a signal runs', async () => {
    const mark = join(lab.dir, 'mark');
    const environment = lab.open(`
      for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(name, () => require('fs').writeFileSync(${JSON.stringify(mark)}, name));
      exports.handler = async () => process.pid;`);
    const pid = (await answerOf(environment)) as number;
    const began = performance.now();
    await environment.stop();
    await environment.gone;
    expect(performance.now() - began).toBeLessThan(1_000);
    expect([lives(pid), existsSync(mark)]).toEqual([false, false]);
  });

  it('When it is stopped under an invocation, then that one fails and the environment is lost', async () => {
    const environment = lab.open('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));');
    await environment.initialised;
    const running = environment.invoke(invocation());
    const queued = environment.invoke(invocation());
    await until('it runs', async () =>
      lab.logs.some((line) => line.startsWith('START')) ? true : undefined,
    );
    await environment.stop();
    for (const result of [await running, await queued, await environment.invoke(invocation())]) {
      expect(errorOf(result).errorMessage).toMatch(/Runtime exited with error: signal: killed$/);
      expect(result.environmentLost).toBe(true);
    }
  });

  it('When its frozen process is killed from outside, then the next invocation runs in a new one', async () => {
    const environment = lab.open(COUNTER);
    await answerOf(environment);
    const { pid } = environment;
    process.kill(Number(pid), 'SIGKILL');
    await untilGone([pid]);
    await until('it is known', async () => (environment.pid === undefined ? true : undefined));
    expect(await answerOf(environment)).toBe(1);
  });

  it('When its code is not where it should be, then it fails and does not start elsewhere', async () => {
    const environment = lab.open(COUNTER, { root: '/nowhere/at/all' });
    expect(errorOf(await environment.invoke(invocation())).errorType).toBe('Runtime.ImportModuleError');
  });
});

describe('A frozen environment', () => {
  it('L03: When a timer is pending after the response, then it does not run before the next invocation', async () => {
    const environment = lab.open(`
      let ticks = 0; let late = 0;
      exports.handler = async ({ arm }) => {
        if (!arm) { await new Promise((resolve) => setTimeout(resolve, 15)); return { ticks, late }; }
        setInterval(() => { ticks++; }, 2);
        const armed = Date.now();
        setTimeout(() => { late = Date.now() - armed; }, 5);
      };`);
    await answerOf(environment, { arm: true });
    const armed = Date.now();
    expect(await untilFrozen(environment.pid)).toBeLessThan(100);
    // Real time passes, of which the function has none: 50 ticks, if its timers ran
    await until('100 ms are over', async () => (Date.now() - armed > 100 ? true : undefined), {
      everyMs: 10,
    });
    const seen = (await answerOf(environment)) as { ticks: number; late: number };
    expect(seen.ticks).toBeLessThan(15);
    expect(seen.ticks).toBeGreaterThan(0);
    expect(seen.late).toBeGreaterThan(90);
  });

  it('L03: When nobody has invoked it yet, then it is frozen after its INIT', async () => {
    const environment = lab.open('setInterval(() => {}, 1); exports.handler = async () => 1;');
    await environment.initialised;
    await untilFrozen(environment.pid);
    expect(await answerOf(environment)).toBe(1);
  });

  it('L03: When it has threads and children, then they are frozen with it and go on with it', async () => {
    const beats = join(lab.dir, 'beats');
    writeFileSync(beats, '');
    const environment = lab.open(`
      const { spawn } = require('node:child_process');
      const { Worker } = require('node:worker_threads');
      const counter = new Int32Array(new SharedArrayBuffer(4));
      let child;
      exports.handler = async ({ begin }) => {
        if (begin) {
          child = spawn('/bin/sh', ['-c', 'while :; do echo >> "$1"; sleep 0.005; done', 'x', ${JSON.stringify(beats)}]);
          await new Promise((resolve) => new Worker(
            'const { workerData } = require("worker_threads"); setInterval(() => Atomics.add(workerData, 0, 1), 1)',
            { eval: true, workerData: counter },
          ).once('online', resolve));
        }
        const before = Atomics.load(counter, 0);
        while (Atomics.load(counter, 0) < before + 3) await new Promise((resolve) => setTimeout(resolve, 1));
        return { before, pid: child.pid };
      };`);
    const first = (await answerOf(environment, { begin: true })) as { pid: number };
    await untilFrozen(environment.pid);
    await untilFrozen(first.pid);
    const at = Date.now();
    await until('600 ms are over', async () => (Date.now() - at > 600 ? true : undefined), { everyMs: 10 });
    const second = (await answerOf(environment)) as { before: number };
    expect(second.before).toBeLessThan(300);
  });
});

describe('The /tmp of an environment', () => {
  const HANDLER = `
    const fs = require('node:fs'); const os = require('node:os'); const file = os.tmpdir() + '/kept';
    exports.handler = async ({ write, crash, hang }) => {
      const kept = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
      if (write) fs.writeFileSync(file, write);
      if (crash) process.exit(1);
      if (hang) await new Promise(() => setInterval(() => {}, 1000));
      return { kept, folder: os.tmpdir() };
    };`;

  it('L04: When it is warm, crashed or timed out, then its files are kept', async () => {
    const environment = lab.open(HANDLER, { timeoutMs: 400 });
    expect(await answerOf(environment, { write: 'mine' })).toMatchObject({ kept: null });
    expect(await answerOf(environment)).toMatchObject({ kept: 'mine' });
    await environment.invoke(invocation({ crash: true }));
    expect(await answerOf(environment)).toMatchObject({ kept: 'mine' });
    expect((await environment.invoke(invocation({ hang: true }))).status).toBe('timeout');
    expect(await answerOf(environment)).toMatchObject({ kept: 'mine' });
  });

  it('L04: When there are two, then each has its own, and it goes with its environment', async () => {
    const fn = lab.define(HANDLER);
    const [a, b] = [lab.environments.start(fn), lab.environments.start(fn)];
    const { folder } = (await answerOf(a, { write: 'of a' })) as { folder: string };
    expect(await answerOf(b)).toMatchObject({ kept: null });
    expect(existsSync(folder)).toBe(true);
    await a.stop();
    expect(existsSync(folder)).toBe(false);
  });
});
