import { Worker } from 'node:worker_threads';
import { AFTER, monotonicMs, NEXT, PACER_BYTES, pacerMemoryOf, TARGET } from './pacer-memory.ts';

/** A clock that rings. */
export type Clock = {
  /** ms since it was made. Monotonic, with a resolution well below 1 ms. */
  readonly now: () => number;
  /**
   * When the event loop looked at its sockets, ms: the same for all answers that it found then, for they lay there already. To
   * take each one's time as its turn comes would count as the system's the time that the generator takes for those before it.
   */
  readonly polledAt: () => number;
  /**
   * Replaces the moment at which it rings next; Infinity for none. It never rings early, and may ring once more than it was
   * asked to.
   *
   * @param after the moment that will probably be set when it has rung
   */
  readonly ringAt: (moment: number, after: number) => void;
  readonly stop: () => Promise<void>;
};

const makePolledAt = (now: () => number): (() => number) => {
  let polled: number | undefined;
  return () => {
    if (polled === undefined) {
      polled = now();
      // The phase after that in which sockets are read: what is found in the next one has its own time.
      setImmediate(() => {
        polled = undefined;
      });
    }
    return polled;
  };
};

/**
 * What is nearer than this, in ms, is left to ticks of the event loop's own timer. At 1,000 requests a second the thread's wake-ups and
 * messages were a third of the generator's CPU time (`npm run bench:generator`).
 */
const NEAR_MS = 2;
const TICK_MS = 1;

/**
 * Makes a clock. A moment that is 2 ms ahead or more rings 0.1 to 0.2 ms late on an idle machine: a thread sleeps until then (a futex with
 * a time-out: it does not spin) and sends a message, because the event loop's own timers know whole ms only. Nearer ones,
 * as evenly spaced ones are at more than 500 a second, ring in those whole ms, half a ms late on average.
 *
 * @param ring called on the event loop
 */
export const makeClock = async (ring: () => void): Promise<Clock> => {
  const memory = new SharedArrayBuffer(PACER_BYTES);
  const { signal, moments } = pacerMemoryOf(memory);
  moments.fill(Number.POSITIVE_INFINITY);
  const thread = new Worker(new URL('./pacer-thread.ts', import.meta.url), { workerData: memory });
  await new Promise<void>((resolve, reject) => {
    thread.once('message', () => resolve());
    thread.once('error', reject);
  });
  thread.on('message', ring);
  const start = performance.now();
  // Rings are asked for a µs late: two clocks differ by less, and none shall be early.
  const offset = monotonicMs() - performance.now() + start + 0.001;
  const now = (): number => performance.now() - start;

  const sleepUntil = (next: number, after: number): void => {
    if (next === Number.POSITIVE_INFINITY && moments[NEXT] === next) return;
    moments[NEXT] = next + offset;
    moments[AFTER] = after + offset;
    Atomics.add(signal, 0, 1);
    // It sleeps until its target; only for an earlier moment it has to be woken.
    if (next + offset < (moments[TARGET] as number)) Atomics.notify(signal, 0);
  };

  /** The moment that ticks wait for; Infinity where the thread waits. */
  let near = Number.POSITIVE_INFINITY;
  let tick: NodeJS.Timeout | undefined;
  const onTick = (): void => {
    tick = undefined;
    if (near === Number.POSITIVE_INFINITY) return;
    if (now() < near) {
      tick = setTimeout(onTick, TICK_MS);
      return;
    }
    near = Number.POSITIVE_INFINITY;
    ring();
  };

  return {
    now,
    polledAt: makePolledAt(now),
    ringAt: (next, after) => {
      // A moment that the thread waits for already stays its own, however near it has come.
      if (next - now() >= NEAR_MS || next + offset === moments[NEXT]) {
        near = Number.POSITIVE_INFINITY;
        sleepUntil(next, after);
        return;
      }
      near = next;
      tick ??= setTimeout(onTick, TICK_MS);
      sleepUntil(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    },
    stop: async () => {
      clearTimeout(tick);
      Atomics.store(signal, 0, -1);
      Atomics.notify(signal, 0);
      await thread.terminate();
    },
  };
};
