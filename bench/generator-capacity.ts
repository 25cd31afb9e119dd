import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startClosedLoop, startGenerator } from '../compare/generator/start-generator.ts';
import { type BenchServer, startBareServer } from './generator-server.ts';
import { figureOf, type Line } from './statistics.ts';

/** How the capacity is measured. */
export type CapacityOptions = { readonly rounds: number; readonly seconds: number };

/** 20,000 requests a second. */
const MOST_MICROSECONDS = 50;
/** Of a core, at RATE requests a second. */
const MOST_PER_CENT = 15;
const RATE = 1_000;
const CALLERS = 50;
/** V8 has compiled what is hot by then. */
const WARM_UP_SECONDS = 4;

/** Keeps all threads of a process on one core. False where that cannot be done. */
const pin = (pid: number, core: number): boolean => {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

type Load = { readonly wall: number; readonly cpu: number };

const loopOnce = async (server: BenchServer, seconds: number): Promise<Load> => {
  const loop = startClosedLoop({
    mode: 'closed-loop',
    url: server.url,
    callers: CALLERS,
    warmUpSeconds: WARM_UP_SECONDS,
    durationSeconds: seconds,
  });
  pin(loop.pid, 0);
  const { answered, generator, seconds: wall, failures } = await loop.result;
  if (Object.keys(failures).length > 0) throw new Error(`requests failed: ${JSON.stringify(failures)}`);
  return { wall: (wall * 1e6) / answered, cpu: (generator.cpuSeconds * 1e6) / answered };
};

/** Per cent of a core, and the median of the lag in ms. */
const openOnce = async (server: BenchServer, seconds: number): Promise<readonly [number, number]> => {
  const { result } = startGenerator({
    mode: 'open-loop',
    warmUpSeconds: WARM_UP_SECONDS,
    durationSeconds: seconds,
    traffic: {
      kind: 'requests',
      url: server.url,
      arrivals: 'constant',
      rate: RATE,
      durationSeconds: WARM_UP_SECONDS + seconds,
      seed: 1,
    },
  });
  const { generator, failed, lag } = await result;
  if (failed > 0) throw new Error(`${failed} requests failed`);
  return [(100 * generator.cpuSeconds) / generator.wallSeconds, lag.p50];
};

/** Per cent of a core that undici takes for the same requests when nobody is punctual and nothing is recorded. */
const aloneOnce = async (server: BenchServer, seconds: number): Promise<number> => {
  const main = fileURLToPath(new URL('./generator-undici-alone.ts', import.meta.url));
  const child = fork(main, [server.url, RATE, WARM_UP_SECONDS, seconds].map(String), { execArgv: [] });
  let said: { readonly share: number; readonly perSecond: number } | undefined;
  child.once('message', (message) => {
    said = message as typeof said;
  });
  const [code] = await once(child, 'exit');
  if (!said) throw new Error(`undici alone ended (${code}) without a figure`);
  const { share, perSecond } = said;
  if (Math.abs(perSecond / RATE - 1) > 0.01) throw new Error(`undici alone sent ${perSecond} a second`);
  return 100 * share;
};

/** Measures against a bare node:http server, on the other core where there is one. */
export const measureCapacity = async ({ rounds, seconds }: CapacityOptions): Promise<readonly Line[]> => {
  const server = await startBareServer();
  try {
    const pinned = cpus().length > 1 && pin(server.pid, 1);
    const loads: Load[] = [];
    const opens: (readonly [number, number])[] = [];
    const alone: number[] = [];
    for (let round = 0; round < rounds; round += 1) loads.push(await loopOnce(server, seconds));
    // Not among the closed loops: a machine that was busy a moment ago is a slower one
    for (let round = 0; round < rounds; round += 1) {
      if (round % 2 === 1) alone.push(await aloneOnce(server, seconds));
      opens.push(await openOnce(server, seconds));
      if (round % 2 === 0) alone.push(await aloneOnce(server, seconds));
    }
    const wall = figureOf(loads.map((load) => load.wall));
    const cpu = figureOf(loads.map((load) => load.cpu));
    const perSecond = (microseconds: number): string => `${Math.round(1e6 / microseconds)} a second`;
    const where = pinned
      ? 'generator and server on a core each'
      : 'not pinned: taskset or a second core is missing';
    return [
      {
        name: `a request, ${CALLERS} callers, closed loop`,
        unit: 'µs',
        ours: wall,
        target: MOST_MICROSECONDS,
        note: `${perSecond(wall.median)}; ${where}`,
      },
      {
        name: 'the same, CPU of the generator',
        unit: 'µs',
        ours: cpu,
        target: MOST_MICROSECONDS,
        note: `${perSecond(cpu.median)} if it had a core to itself and the server were endlessly fast`,
      },
      {
        name: `CPU at ${RATE} a second, open loop`,
        unit: '%',
        ours: figureOf(opens.map(([share]) => share)),
        target: MOST_PER_CENT,
        note: 'per cent of a core, all threads',
      },
      {
        name: 'the same, undici alone',
        unit: '%',
        ours: figureOf(alone),
        note: 'sends in whole ms and records nothing: what this machine asks for waking up and for HTTP',
      },
      { name: 'send lag there, p50', unit: 'ms', ours: figureOf(opens.map(([, lag]) => lag)) },
    ];
  } finally {
    await server.stop();
  }
};
