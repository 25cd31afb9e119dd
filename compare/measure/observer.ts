import { setTimeout as sleep } from 'node:timers/promises';
import { hostCpu, processUse } from './proc.ts';
import { type Readings, summarise } from './summarise.ts';
import type { KindSample, Observer, Sample, Watch } from './types.ts';

/** From one look at the machine to the next, in ms. */
const EVERY_MS = 1_000;

/** The stack tells of its last second when that is over, up to this much later than ours, in ms; and how long that is waited for. */
const LATE_MS = 500;
const WAIT_MS = 4_000;

type Mutable<T> = { -readonly [name in keyof T]: T[name] extends readonly (infer One)[] ? One[] : T[name] };

/**
 * Makes an observer.
 *
 * @param watch watches what is under load; without it only the generator and the machine are measured
 */
export const makeObserver = (watch?: Watch): Observer => {
  const readings: Mutable<Readings> = { samples: [], own: [], host: [], clockDriftMs: 0 };
  const generators = new Set<number>();
  const skewOf = (): number => Date.now() - performance.now();
  let skew = 0;
  let watching: ReturnType<Watch> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const last = new Map<number, { readonly cpuSeconds: number; readonly memoryBytes: number }>();

  /** What has ended has used what it had when it was last seen. */
  const sumOf = (
    name: string,
    component: 'generator' | 'other',
    pids: readonly number[],
    withEnded: boolean,
  ): KindSample => {
    let [instances, cpuSeconds, memoryBytes] = [0, 0, 0];
    for (const pid of pids) {
      const use = processUse(pid, withEnded);
      if (use) last.set(pid, use);
      cpuSeconds += last.get(pid)?.cpuSeconds ?? 0;
      memoryBytes += use?.memoryBytes ?? 0;
      instances += use ? 1 : 0;
    }
    return { name, component, instances, cpuSeconds, memoryBytes };
  };
  const look = (): void => {
    const at = Date.now();
    readings.host.push({ at, ...hostCpu() });
    const drift = skewOf() - skew;
    if (Math.abs(drift) > Math.abs(readings.clockDriftMs)) readings.clockDriftMs = drift;
    const kinds: KindSample[] = [];
    if (generators.size > 0) kinds.push(sumOf('generator', 'generator', [...generators], true));
    // Without what has ended: that is the generator, and the stacks of earlier runs.
    if (!generators.has(process.pid)) kinds.push(sumOf('compare', 'other', [process.pid], false));
    if (watching) kinds.push(sumOf('measuring', 'other', watching.pids(), true));
    readings.own.push({ at, kinds });
  };
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    const ending = watching;
    watching = undefined;
    await ending?.stop();
  };

  return {
    begin: async () => {
      skew = skewOf();
      const onSample = (sample: Sample): void => void readings.samples.push(sample);
      try {
        watching = watch?.(onSample);
        await watching?.ready;
      } catch (error) {
        await stop().catch(() => {});
        throw error;
      }
      look();
      timer = setInterval(look, EVERY_MS);
      timer.unref();
    },
    generator: (pid) => void generators.add(pid),
    end: async (measured) => {
      const { measuredFromEpochMs, durationSeconds } = measured;
      const enough = measuredFromEpochMs + durationSeconds * 1_000 + LATE_MS;
      const isThere = (): boolean => (readings.samples.at(-1)?.at ?? 0) >= enough;
      const isWaiting = (): boolean => watching !== undefined && !watching.isOver() && !isThere();
      for (const until = Date.now() + WAIT_MS; isWaiting() && Date.now() < until; ) await sleep(20);
      look();
      const isMissing = watching !== undefined && !isThere();
      await stop();
      if (isMissing && !isThere()) throw new Error('What is under load was not measured to the end.');
      return summarise(readings, measured);
    },
    stop,
  };
};
