import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadResult } from '../results/run-record.ts';
import type { ClosedLoopResult } from './closed-loop.ts';
import type { ClosedLoopJob, GeneratorMessage, LoadJob } from './messages.ts';
import type { LoadProgress } from './run-load.ts';

/** Whom to tell how a run goes. */
export type Listeners = {
  /** With the wall clock's time of moment 0 of the schedule (ms since 1970); second 0 is the warm-up later. */
  readonly onStart?: (at: number) => void;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** With what the traffic has left, before the result. */
  readonly onLeft?: (left: unknown) => void;
};

/** A generator at work in a process of its own. */
export type StartedGenerator<Result> = {
  readonly pid: number;
  /** Rejects when the process failed or was ended: Error with what it said. */
  readonly result: Promise<Result>;
  /** Ends the process at once. Resolves when it is gone; `result` has then rejected, unless it was there already. */
  readonly abort: () => Promise<void>;
};

const MAIN = fileURLToPath(new URL('./generator-main.ts', import.meta.url));

// Few and short collections of garbage: each would make what is due meanwhile late.
const NODE_OPTIONS = ['--max-semi-space-size=64'];

const resultOf = <Result>(
  child: ChildProcess,
  read: (message: GeneratorMessage) => Result | undefined,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    let result: Result | undefined;
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-2_000);
    });
    child.on('message', (message: GeneratorMessage) => {
      if (message.type === 'failed') said = message.message;
      result ??= read(message);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (result) resolve(result);
      else reject(new Error(`the generator ended (${signal ?? code}) without a result. ${said}`.trimEnd()));
    });
  });

const start = <Result>(
  job: LoadJob | ClosedLoopJob,
  read: (message: GeneratorMessage) => Result | undefined,
): StartedGenerator<Result> => {
  const child = fork(MAIN, { execArgv: NODE_OPTIONS, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const result = resultOf(child, (message) => {
    if (message.type === 'ready') child.send(job);
    return read(message);
  });
  // Whoever only aborts has no use for it.
  result.catch(() => undefined);
  return {
    pid: child.pid ?? -1,
    result,
    abort: async () => {
      child.kill('SIGKILL');
      await result.catch(() => undefined);
    },
  };
};

/** Runs an open-loop job in a process of its own, which also ends when this one does. */
export const startGenerator = (job: LoadJob, listeners: Listeners = {}): StartedGenerator<LoadResult> =>
  start(job, (message) => {
    if (message.type === 'started') listeners.onStart?.(message.at);
    if (message.type === 'progress') listeners.onProgress?.(message.progress);
    if (message.type !== 'load') return undefined;
    listeners.onLeft?.(message.left);
    return message.result;
  });

/** Runs a closed loop in a process of its own, for the greatest throughput. */
export const startClosedLoop = (job: ClosedLoopJob): StartedGenerator<ClosedLoopResult> =>
  start(job, (message) => (message.type === 'closed-loop' ? message.result : undefined));
