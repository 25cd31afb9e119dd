import { type ChildProcess, spawn } from 'node:child_process';
import { environment } from '../../../shared/kernel/config.ts';

/** Ends a process in order when the one that started it is gone, however it went. */
const GUARD = new URL('../../../local/services/follow-parent.ts', import.meta.url).href;
const STOP_MS = 10_000;

/** A started process, what it wrote, and its end. */
export type Started = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<void>;
  readonly isOver: () => boolean;
  readonly stop: () => Promise<void>;
};

/**
 * A process of Node in a group of its own, that ends when this one does, however that goes. `stop` leaves nothing of the
 * group behind.
 */
export const start = (
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Started => {
  const child = spawn(process.execPath, ['--import', GUARD, ...args], {
    cwd,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  let over = false;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      over = true;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    if (!over) child.kill('SIGTERM');
    await exited;
    clearTimeout(timer);
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // The group is empty, as it should be
    }
  };
  return { child, output: () => output, exited, isOver: () => over, stop };
};
