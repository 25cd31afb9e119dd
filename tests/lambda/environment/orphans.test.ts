import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEnvironments } from '../../../local/lambda/environment/start.ts';
import type { LambdaFunction } from '../../../local/lambda/types.ts';
import { until } from '../../support/until.ts';
import { answerOf, lives, openLab, stateOf, untilFrozen, untilGone } from './lab.ts';

const CHILD = join(import.meta.dirname, 'environment-child.ts');

/**
 * Starts two children on its first invocation, one of which leaves the process group as a daemon would, and answers with
 * their ids; runs for ever when told to.
 */
const CODE = `
  const { spawn } = require('node:child_process');
  let pids;
  exports.handler = async ({ isRunning }) => {
    pids ??= [false, true].map((detached) => spawn('/bin/sleep', ['300'], { detached, stdio: 'ignore' }).pid);
    if (isRunning) for (;;);
    return pids;
  };`;

let dir: string;
let environmentsDir: string;
let runtimes: ChildProcess[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'duet-orphans-'));
  environmentsDir = join(dir, 'environments');
  runtimes = [];
});
afterEach(() => {
  for (const runtime of runtimes) runtime.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const define = (name: 'frozen' | 'running' | 'starting'): LambdaFunction => {
  const root = join(dir, name);
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'index.cjs'), name === 'starting' ? 'for (;;);' : CODE);
  const arn = `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
  return {
    ...{ key: name, name, arn, root, handler: 'index.handler', revision: '1' },
    ...{ memoryMb: 512, timeoutMs: 60_000, environment: {} },
  };
};

/** A file of a process's folder in /proc, empty when it has gone. */
const aboutProcess = (pid: string | number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};
const parentOf = (pid: string): number =>
  Number(/^PPid:\s+(\d+)$/m.exec(aboutProcess(pid, 'status'))?.[1] ?? 0);
const childrenOf = (pid: number | undefined): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === pid)
    .map(Number);
const guardianOf = (pid: number | undefined): number | undefined =>
  childrenOf(pid).find((child) => aboutProcess(child, 'cmdline').includes('guardian.sh'));

/** Whether it is a child that leads a process group. */
const isDaemon = (pid: number): boolean => {
  const stat = aboutProcess(pid, 'stat');
  const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat.includes('(sleep)') && group === String(pid);
};

/** Starts a runtime. @returns it and the processes of its functions: frozen, running and starting ones */
const startRuntime = async (cgroups: boolean) => {
  const functions = (['frozen', 'frozen', 'running', 'starting'] as const).map((name) =>
    JSON.stringify(define(name)),
  );
  const runtime = spawn(process.execPath, [CHILD, environmentsDir, String(cgroups), ...functions], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  runtimes.push(runtime);
  const [line] = await new Promise<string[]>((resolve) =>
    createInterface({ input: runtime.stdout }).once('line', (text) => resolve([text])),
  );
  const pids: number[] = JSON.parse(line ?? '[]');
  expect(pids).toHaveLength(8);
  // The running one has started children as well, which it had no occasion to tell
  const running = pids.at(-2);
  const more = await until('it has children', async () => {
    const children = childrenOf(running);
    return children.length === 2 ? children : undefined;
  });
  await untilFrozen(pids[0]);
  return { runtime, pids: [...pids, ...more] };
};

const foldersIn = (folder: string): string[] => {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return entries.flatMap(({ name }) => [join(folder, name), ...foldersIn(join(folder, name))]);
  } catch {
    // Removed in between
    return [];
  }
};
const cgroupsLeft = (pid: number | undefined): string[] =>
  foldersIn('/sys/fs/cgroup').filter((folder) => folder.includes(`/duet-lambda-${pid}-`));

/** Nothing is left: no process, no folder, no control group. */
const untilNothingIsLeft = async (runtime: ChildProcess, pids: readonly number[]): Promise<void> => {
  await untilGone(pids);
  await until('folders are gone', async () =>
    readdirSync(environmentsDir).length === 0 && cgroupsLeft(runtime.pid).length === 0 ? true : undefined,
  );
};

describe('Whatever becomes of the runtime, no process of a function outlives it', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'When it gets %s, then frozen, running and starting ones go',
    async (signal) => {
      const { runtime, pids } = await startRuntime(true);
      expect(pids.filter((pid) => stateOf(pid) === 'T').length).toBeGreaterThan(1);
      runtime.kill(signal);
      await untilNothingIsLeft(runtime, pids);
    },
  );

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'When it gets %s and there are no control groups, then also those go that left their process group',
    async (signal) => {
      const { runtime, pids } = await startRuntime(false);
      // The second child of each function has a session of its own, as a daemon would
      await until('all three have', async () => (pids.filter(isDaemon).length === 3 ? true : undefined));
      runtime.kill(signal);
      await untilNothingIsLeft(runtime, pids);
    },
  );

  it('When its guardian was killed before, then a new one has taken over', async () => {
    const { runtime, pids } = await startRuntime(true);
    const first = guardianOf(runtime.pid);
    process.kill(Number(first), 'SIGKILL');
    await until('there is another one', async () => {
      const now = guardianOf(runtime.pid);
      return now !== undefined && now !== first ? now : undefined;
    });
    // Its list is sent when it starts, over a pipe that outlives us
    runtime.kill('SIGKILL');
    await untilNothingIsLeft(runtime, pids);
  });

  it.each([true, false])(
    'When both are killed at once (control groups: %s), then the next runtime clears up',
    async (cgroups) => {
      const { runtime, pids } = await startRuntime(cgroups);
      const guardian = guardianOf(runtime.pid);
      runtime.kill('SIGSTOP');
      process.kill(Number(guardian), 'SIGKILL');
      runtime.kill('SIGKILL');
      await untilGone([runtime.pid, guardian]);
      expect(lives(pids[0])).toBe(true);
      const next = await makeEnvironments({ region: 'eu-west-1', dir: environmentsDir, onLog: () => {} });
      await untilGone(pids);
      expect(readdirSync(environmentsDir).some((name) => name.includes(`-${runtime.pid}-`))).toBe(false);
      expect(cgroupsLeft(runtime.pid)).toEqual([]);
      await next.close();
    },
  );

  it.each([true, false])(
    'When it is closed (control groups: %s), then nothing is left, and the guardian has gone too',
    async (cgroups) => {
      const lab = await openLab({ cgroups });
      const environments = [1, 2, 3].map(() => lab.open(CODE));
      const pids = (await Promise.all(
        environments.map((environment) => answerOf(environment)),
      )) as number[][];
      const guardian = guardianOf(process.pid);
      expect(guardian).toBeDefined();
      const own = environments.map(({ pid }) => pid);
      await lab.close();
      expect([...own, ...pids.flat(), guardian].filter(lives)).toEqual([]);
      expect([existsSync(join(lab.dir)), cgroupsLeft(process.pid)]).toEqual([false, []]);
      expect(() => lab.environments.start(define('frozen'))).toThrow(/closed/);
    },
  );
});
