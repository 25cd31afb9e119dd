import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openDataRoot } from '../../compare/targets/data-root.ts';
import { makeTarget } from '../../compare/targets/make-target.ts';
import { smoke } from '../../compare/targets/smoke.ts';
import { parseTarget } from '../../compare/targets/specs.ts';
import { until } from '../support/until.ts';
import { docker } from './support/docker.ts';

const parent = mkdtempSync(join(tmpdir(), 'duet-targets-'));
const children: ChildProcess[] = [];
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const namesOf = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await docker(args)).stdout.split('\n').filter(Boolean);

/** All that the engine has of a run. */
const leftOf = async (root: string): Promise<readonly string[]> => {
  const all = [
    await namesOf('ps', '--all', '--format', '{{.Names}}'),
    await namesOf('volume', 'ls', '--format', '{{.Name}}'),
    await namesOf('network', 'ls', '--format', '{{.Name}}'),
    await namesOf('image', 'ls', '--format', '{{.Repository}}'),
  ];
  return all.flat().filter((name) => name.startsWith(basename(root)));
};
const volumes = (): Promise<readonly string[]> => namesOf('volume', 'ls', '--quiet');

describe('the stack in containers as a target', () => {
  it('When it is started, smoked, measured and stopped twice, then its services are told, and nothing is left', async () => {
    const before = await volumes();
    const root = await openDataRoot(undefined, parent);
    cleanups.push(root.close);
    const spec = parseTarget('compose+autoscale');
    const target = makeTarget(spec, { root, say: () => {} });
    for (const time of [1, 2]) {
      const started = await target.start();
      expect(await smoke(started, spec.info), `time ${time}`).toMatchObject({ ok: true });
      const observer = started.observe();
      await observer.begin();
      const from = Date.now();
      let answered = 0;
      for (; Date.now() < from + 2_000; answered += 1)
        await (await fetch(`${started.baseUrls.orders}/products?limit=1`)).arrayBuffer();
      const sum = await observer.end({ measuredFromEpochMs: from, durationSeconds: 2, answered });
      for (const component of ['gateway', 'service', 'store'])
        expect(
          sum.components.find((one) => one.component === component)?.cpuSeconds,
          component,
        ).toBeGreaterThan(0);
      expect(sum.stack.at(-1)?.instances).toBeGreaterThanOrEqual(3);
      await started.stop();
      expect(await namesOf('ps', '--quiet', '--filter', `name=${root.name}`)).toEqual([]);
    }
    await target.dispose();
    await root.close();
    expect(await leftOf(root.path)).toEqual([]);
    expect(await volumes()).toEqual(before);
    expect(existsSync(root.path)).toBe(false);
  });

  it('When the run is killed -9 while it starts, then nothing is left either', async () => {
    const script = fileURLToPath(new URL('../compare/targets/target-child.ts', import.meta.url));
    const child = spawn(process.execPath, [script, parent, 'compose'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let root = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      root = JSON.parse(line).root ?? root;
    });
    const isStarting = async () =>
      (root && (await leftOf(root)).some((name) => name.includes('postgres-1'))) || undefined;
    await until('it starts', isStarting, { withinMs: 240_000, everyMs: 100 });
    child.kill('SIGKILL');
    const isGone = async () => (!existsSync(root) && (await leftOf(root)).length === 0) || undefined;
    await until('all is gone', isGone, { withinMs: 90_000, everyMs: 200 });
  });
});
