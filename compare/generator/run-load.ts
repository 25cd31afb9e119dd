import type { LoadResult } from '../results/run-record.ts';
import { makeClock } from './clock.ts';
import { type EngineDeps, makeEngine } from './engine.ts';
import { makeHttpTransport } from './http-transport.ts';
import { type Counts, makeRecorder, type Window } from './recorder.ts';
import type { Traffic } from './types.ts';

/** Limits of a run. */
export type Limits = {
  /** 1,000 unless given. */
  readonly maxInFlight?: number;
  /** 10,000 unless given. */
  readonly timeoutMs?: number;
};

/** Where a run stands, told once a second. `second` is below 0 during the warm-up; the counts are of the measured time. */
export type LoadProgress = Counts & { readonly second: number; readonly inFlight: number };

/** What to run and whom to tell. */
export type Load = Window &
  Limits & {
    readonly traffic: Traffic;
    /** Called as the clock starts, with the wall clock's time of its moment 0 (ms since 1970). */
    readonly onStart?: (at: number) => void;
    readonly onProgress?: (progress: LoadProgress) => void;
  };

/** Replaced in tests. */
export type LoadDeps = Pick<EngineDeps, 'makeClock' | 'transport'> & {
  /** CPU time of this process so far, s. */
  readonly cpuSeconds: () => number;
};

const DEFAULT_MAX_IN_FLIGHT = 1_000;
const DEFAULT_TIMEOUT_MS = 10_000;

const realDeps = (): LoadDeps => ({
  makeClock,
  transport: makeHttpTransport(),
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
});

/**
 * Runs traffic in this process, open-loop: what is planned is sent at its moment, whatever came of the requests before it.
 *
 * @returns when the last planned request has been answered or given up
 */
export const runLoad = async (load: Load, deps: LoadDeps = realDeps()): Promise<LoadResult> => {
  const { warmUpMs, durationMs } = load;
  const recorder = makeRecorder({ warmUpMs, durationMs });
  const running = await makeEngine({
    ...deps,
    recorder,
    maxInFlight: load.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
    timeoutMs: load.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  });
  const { engine } = running;
  const used = (): { cpu: number; wall: number } => ({ cpu: deps.cpuSeconds(), wall: engine.now() / 1_000 });
  try {
    load.onStart?.(performance.timeOrigin + performance.now() - engine.now());
    let from = used();
    let until: { cpu: number; wall: number; peak: number } | undefined;
    const end = (): void => {
      until ??= { ...used(), peak: running.takePeak() };
    };
    engine.at(warmUpMs, () => {
      from = used();
      running.takePeak();
    });
    engine.at(warmUpMs + durationMs, end);
    let isOver = false;
    const tell = (second: number): void => {
      if (isOver) return;
      load.onProgress?.({ second, inFlight: running.inFlight(), ...recorder.counts() });
      engine.at(warmUpMs + (second + 1) * 1_000, () => tell(second + 1));
    };
    if (load.onProgress) tell(-Math.floor(warmUpMs / 1_000));
    await load.traffic(engine);
    isOver = true;
    end();
    const { cpu, wall, peak } = until ?? { ...used(), peak: 0 };
    const generator = { cpuSeconds: cpu - from.cpu, wallSeconds: wall - from.wall, peakInFlight: peak };
    return { ...recorder.result(), generator };
  } finally {
    await running.stop();
  }
};
