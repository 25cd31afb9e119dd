import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { GateLimits } from '../compare/experiment/gate-limits.ts';
import type { RunDeps } from '../compare/experiment/run-deps.ts';
import { startGenerator } from '../compare/generator/start-generator.ts';
import { makeObserver } from '../compare/measure/observer.ts';
import type { TargetInfo } from '../compare/results/run-record.ts';

const SERVER = fileURLToPath(new URL('./planted-server.ts', import.meta.url));

/** A target that is a planted server; in its name is how slow it was made. */
export type PlantedTarget = { readonly info: TargetInfo; readonly delayMs: number };

/** A planted target of that name. */
export const planted = (name: string, delayMs: number): PlantedTarget => ({
  delayMs,
  info: {
    name,
    kind: 'url',
    style: null,
    store: null,
    about: `node:http, slowed by ${delayMs} ms`,
    faithful: true,
  },
});

type Server = { readonly child: ChildProcess; readonly url: string };

/** How runs on planted servers are made: a new process each run, real load, a real look at the machine. */
export const plantedDeps = (
  targets: readonly PlantedTarget[],
  more: { readonly limits?: GateLimits } = {},
): RunDeps<Server, null> => ({
  start: async ({ name }, signal) => {
    const delayMs = targets.find(({ info }) => info.name === name)?.delayMs ?? 0;
    const child = fork(SERVER, [String(delayMs)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    try {
      const [port] = await once(child, 'message', { signal });
      return { child, url: `http://127.0.0.1:${port}/` };
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  },
  smoke: async ({ url }, signal) => {
    const { status } = await fetch(url, { signal });
    return status === 200 ? null : `GET / is ${status}`;
  },
  prepare: async () => null,
  observe: () => makeObserver(),
  generate: async ({ url }, _, { rate, warmUpSeconds, durationSeconds, seed }, listener, signal) => {
    const generator = startGenerator(
      {
        mode: 'open-loop',
        warmUpSeconds,
        durationSeconds,
        traffic: {
          kind: 'requests',
          url,
          arrivals: 'poisson',
          rate,
          seed,
          durationSeconds: warmUpSeconds + durationSeconds,
        },
      },
      { onStart: (at) => listener.measuredFrom(at + warmUpSeconds * 1_000) },
    );
    listener.generator(generator.pid);
    const abort = (): void => void generator.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await generator.result;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  },
  invariants: async () => [],
  stop: async ({ child }) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  },
  now: Date.now,
  cores: availableParallelism(),
  ...more,
});
