import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeObserver } from '../../../compare/measure/observer.ts';
import type { Sample } from '../../../compare/measure/types.ts';
import { watchProcess } from '../../../compare/measure/watch-process.ts';

const logDir = mkdtempSync(join(tmpdir(), 'duet-observer-'));
afterAll(() => rmSync(logDir, { recursive: true, force: true }));

const sampleOf = (line: string): Sample => ({
  at: Number(JSON.parse(line)),
  kinds: [{ name: 'orders', component: 'service', instances: 1, cpuSeconds: 0, memoryBytes: 0 }],
  now: { instances: 3 },
  seconds: new Map(),
});

/** Watches a script of Node that prints instants. */
const watchScript = (script: string) =>
  watchProcess({
    ...{ name: 'told', args: ['-e', script], logDir },
    reader: () => ({ line: sampleOf, end: () => undefined }),
  });

const measured = () => ({ measuredFromEpochMs: Date.now(), durationSeconds: 0.2, answered: 10 });
const TELLS = 'setInterval(() => console.log(Date.now()), 50);';

describe('an observer', () => {
  it('When what it watches tells to the end, then there is a measurement, and the watching process is gone', async () => {
    const watch = watchScript(TELLS);
    let pid = 0;
    const observer = makeObserver((onSample) => {
      const watching = watch(onSample);
      [pid = 0] = watching.pids();
      return watching;
    });
    await observer.begin();
    const sum = await observer.end(measured());
    expect(sum.stack.at(-1)?.instances).toBe(3);
    expect(sum.processes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['compare', 'measuring', 'orders']),
    );
    expect(Math.abs(sum.clockDriftMs)).toBeLessThan(1_000);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('When what it watches ends by itself, then there is no measurement that understates it', async () => {
    const observer = makeObserver(watchScript('console.log(Date.now());'));
    await observer.begin();
    await expect(observer.end(measured())).rejects.toThrow('told ended (exit code 0)');
  });

  it('When what it watches says nothing and ends, then it does not begin', async () => {
    const observer = makeObserver(watchScript('process.exit(3);'));
    await expect(observer.begin()).rejects.toThrow('told ended (exit code 3)');
  });

  it('When it tells what cannot be read, then there is no measurement', async () => {
    const observer = makeObserver(watchScript(`${TELLS} setTimeout(() => console.log('{'), 60);`));
    await observer.begin();
    await expect(observer.end(measured())).rejects.toThrow('told what cannot be read');
  });

  it('When nothing is watched, then the generator and the machine are measured', async () => {
    const observer = makeObserver();
    await observer.begin();
    observer.generator(process.pid);
    const sum = await observer.end(measured());
    expect(sum.stack).toEqual([]);
    expect(sum.host.length).toBeGreaterThan(0);
    expect(sum.components.map(({ component }) => component)).toContain('generator');
  });

  it('When it is stopped, then once more is as good', async () => {
    const observer = makeObserver(watchScript(TELLS));
    await observer.begin();
    await observer.stop();
    await observer.stop();
  });
});
