import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

/** A running part of a stack: a process of Node whose output goes to a file. */
export type Part = {
  readonly pid: number;
  /** Settles with how it ended and its last lines, asked to or not. Never rejects. */
  readonly ended: Promise<string>;
  /** The first line of its standard output that `is` takes. Rejects with the report of its end when it ends before. */
  readonly line: (is: (line: string) => boolean) => Promise<string>;
  /** SIGTERM, and SIGKILL after 15 s. Repeatable. */
  readonly stop: () => Promise<void>;
};

/** What to run. */
export type PartOptions = {
  readonly name: string;
  /** A script with its arguments, for Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** Working directory; the starter's own if absent. */
  readonly cwd?: string;
  /** Told each line of its standard output, which then does not go to the file. */
  readonly onLine?: (line: string) => void;
};

const TAIL_LINES = 12;
const STOP_MS = 15_000;
const GUARD = new URL('./services/follow-parent.ts', import.meta.url).href;

/**
 * Starts a part in a process group of its own, so that Ctrl-C reaches the starter alone, which then decides the order;
 * and with a channel by which it notices when the starter is gone, even by kill -9, and stops itself.
 */
export const startPart = ({ name, args, env, logFile, cwd, onLine }: PartOptions): Part => {
  mkdirSync(dirname(logFile), { recursive: true });
  const file = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  file.on('error', () => {});
  const child = spawn(process.execPath, ['--import', GUARD, ...args], {
    env: { ...env },
    ...(cwd !== undefined && { cwd }),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const tail: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (stream === child.stdout && onLine) return onLine(line);
      file.write(`${line}\n`);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      if (stream === child.stdout) for (const listener of listeners) listener(line);
    });
  }
  let isOver = false;
  const ended = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      if (isOver) return;
      isOver = true;
      file.end();
      resolve(`${name} ended (${how}). Its last lines (all are in ${logFile}):\n${tail.join('\n')}`);
    };
    // 'close' comes after the last line of output; what outlives the process may hold the pipe open, so 'exit' counts too.
    child.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
    child.once('exit', (code, signal) => setTimeout(end, 500, signal ?? `exit code ${code}`));
    child.once('error', (error) => end(error.message));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    line: (is) =>
      new Promise((resolve, reject) => {
        const listener = (line: string): void => {
          if (!is(line)) return;
          listeners.delete(listener);
          resolve(line);
        };
        listeners.add(listener);
        void ended.then((report) => reject(new Error(report)));
      }),
    stop: async () => {
      if (isOver) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
};
