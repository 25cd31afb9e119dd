/**
 * The generator's own process: takes one job over IPC, runs it, and says how it goes. It ends when it has said its result,
 * or when the process that started it is gone, however that went.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { runClosedLoop } from './closed-loop.ts';
import { makeHttpTransport } from './http-transport.ts';
import type { ClosedLoopJob, GeneratorMessage, LoadJob } from './messages.ts';
import { runLoad } from './run-load.ts';
import { makeTraffic } from './traffics.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

const say = (message: GeneratorMessage): Promise<void> =>
  new Promise((resolve) => void process.send?.(message, () => resolve()));

const openLoop = async (job: LoadJob): Promise<GeneratorMessage> => {
  const { warmUpSeconds, durationSeconds, mode: _, ...limits } = job;
  const { traffic, left } = makeTraffic(job.traffic);
  const result = await runLoad({
    ...limits,
    warmUpMs: warmUpSeconds * 1_000,
    durationMs: durationSeconds * 1_000,
    traffic,
    onStart: (at) => void say({ type: 'started', at }),
    onProgress: (progress) => void say({ type: 'progress', progress }),
  });
  return { type: 'load', result, ...(left && { left: left() }) };
};

const closedLoop = async (job: ClosedLoopJob): Promise<GeneratorMessage> => {
  const request = { operation: 'get', method: 'GET', url: job.url, expected: [200] } as const;
  const { user, system } = process.cpuUsage();
  const result = await runClosedLoop(
    {
      callers: job.callers,
      warmUpMs: job.warmUpSeconds * 1_000,
      durationMs: job.durationSeconds * 1_000,
      timeoutMs: job.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      next: () => request,
    },
    {
      transport: makeHttpTransport(),
      now: () => performance.now(),
      wait,
      cpuSeconds: () => {
        const used = process.cpuUsage({ user, system });
        return (used.user + used.system) / 1e6;
      },
    },
  );
  return { type: 'closed-loop', result };
};

const run = async (job: LoadJob | ClosedLoopJob): Promise<void> => {
  try {
    await say(job.mode === 'open-loop' ? await openLoop(job) : await closedLoop(job));
  } catch (error) {
    await say({
      type: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
  process.disconnect();
};

process.on('disconnect', () => process.exit());
process.once('message', (job) => void run(job as LoadJob | ClosedLoopJob));
void say({ type: 'ready' });
