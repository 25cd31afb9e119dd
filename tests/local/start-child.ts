import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../../shared/kernel/config.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Longest wait for a start, in ms. */
const START_MS = 45_000;

/** Ids of the processes that have the folder in their arguments or environment, but this one. */
export const processesOf = (folder: string): number[] => {
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

/** Waits until a condition holds. */
export const untilTrue = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = START_MS,
): Promise<void> => {
  await until(what, async () => (await condition()) || undefined, { withinMs, everyMs: 30 });
};

/** A start that runs, with all that it says. */
export type Start = {
  readonly child: ChildProcess;
  readonly said: { text: string };
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** Resolves when it is ready, or has ended. */
  readonly ready: () => Promise<void>;
};

/** Starts both stacks on the data and free ports, as `npm start` does. */
export const startChild = (data: string, ...args: string[]): Start => {
  const options = ['--data', data, '--free-ports', ...args];
  const child = spawn(process.execPath, [join(ROOT, 'local/start.ts'), ...options], {
    cwd: ROOT,
    env: { ...environment(), DUET_TEST: data },
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said.text += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const isReady = (): boolean => said.text.includes('Ready after') || child.exitCode !== null;
  return { child, said, ended, ready: () => untilTrue('the start is ready', isReady) };
};

/** Kills what was started, and waits until nothing of it is left. */
export const endAll = async (children: readonly ChildProcess[], data: string): Promise<void> => {
  for (const child of children) child.kill('SIGKILL');
  await untilTrue('nothing is left running', () => processesOf(data).length === 0, 15_000);
};

/** Runs a program in the project's folder: its exit code, and all that it said. */
export const run = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    const options = { cwd: ROOT, timeout: 40_000, env: { ...environment(), ...env } };
    execFile(file, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, out: `${stdout}${stderr}` });
    });
  });

/** Runs a script of the project. */
export const script = (path: string, ...args: string[]): Promise<{ code: number; out: string }> =>
  run(process.execPath, [path, ...args]);
