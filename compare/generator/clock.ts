import { Worker } from 'node:worker_threads';

/** A clock that rings. */
export type Clock = {
  /** ms since it was made. Monotonic, with a resolution well below 1 ms. */
  readonly now: () => number;
  /** Replaces the moment at which it rings next; Infinity for none. It rings once, never early. */
  readonly ringAt: (moment: number) => void;
  readonly stop: () => Promise<void>;
};

/** What the clock and its thread share: a counter that tells of a new moment (-1: the end), and that moment. */
export type PacerMemory = { readonly signal: Int32Array; readonly moment: Float64Array };

/** The two views of the shared memory. */
export const pacerMemoryOf = (memory: SharedArrayBuffer): PacerMemory => ({
  signal: new Int32Array(memory, 0, 1),
  moment: new Float64Array(memory, 8, 1),
});

/** CLOCK_MONOTONIC in ms, the same in every thread and process of a machine. */
export const monotonicMs = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
};

/**
 * Makes a clock that rings 0.1 to 0.2 ms late on an idle machine. The event loop's own timers know whole ms only, which
 * alone would make half of all requests more than 0.5 ms late; so a thread sleeps until the moment (a futex with a
 * time-out: it does not spin) and sends a message.
 *
 * @param ring called on the event loop
 */
export const makeClock = async (ring: () => void): Promise<Clock> => {
  const memory = new SharedArrayBuffer(16);
  const { signal, moment } = pacerMemoryOf(memory);
  moment[0] = Number.POSITIVE_INFINITY;
  const thread = new Worker(new URL('./pacer-thread.ts', import.meta.url), { workerData: memory });
  await new Promise<void>((resolve, reject) => {
    thread.once('message', () => resolve());
    thread.once('error', reject);
  });
  thread.on('message', () => {
    // It has rung for this one. Whoever is rung a hair too early, by the difference of two clocks, sets it again.
    moment[0] = Number.POSITIVE_INFINITY;
    ring();
  });
  const start = performance.now();
  const offset = monotonicMs() - performance.now() + start;
  return {
    now: () => performance.now() - start,
    ringAt: (next) => {
      if (moment[0] === next + offset) return;
      moment[0] = next + offset;
      Atomics.add(signal, 0, 1);
      Atomics.notify(signal, 0);
    },
    stop: async () => {
      Atomics.store(signal, 0, -1);
      Atomics.notify(signal, 0);
      await thread.terminate();
    },
  };
};
