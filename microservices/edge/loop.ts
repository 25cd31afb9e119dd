import { AsyncLocalStorage } from 'node:async_hooks';
import type { GoOn } from '@duet/shared/events/relay-events.ts';
import type { Log } from '@duet/shared/kernel/log.ts';

/** Work that is done again and again beside the requests. */
export type Loop = {
  /** Runs now, or once more right after the run that is under way. */
  readonly wake: () => void;
  /** Lets the run under way finish, and no other begin. */
  readonly stop: () => Promise<void>;
};

/** Shortest pause before a run that was not woken, in ms: a due time in the past must not spin. */
const MIN_PAUSE_MS = 20;

/** Pause after a failed run, in ms. */
const AFTER_FAULT_MS = 1_000;

/**
 * Starts a loop: its work runs at once, when it is woken, when it says that it is due again, and every `everyMs` at
 * the latest. One run at a time; a failed run is logged and the next comes a second later.
 * @param run resolves with the time (ms since the epoch) at which it wants to run again, or undefined. Work in batches
 *   asks `goOn` before each: after a stop it says no, for the process has seconds to end
 */
export const startLoop = (options: {
  name: string;
  everyMs: number;
  run: (goOn: GoOn) => Promise<number | undefined>;
  log: Log;
}): Loop => {
  const { name, everyMs, run, log } = options;
  // A wake comes from within a request: without this its id would stick to every later run.
  const apart = AsyncLocalStorage.snapshot();
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const pauseAfter = async (): Promise<number> => {
    try {
      const dueAt = await run(() => !stopped);
      return dueAt === undefined ? everyMs : Math.min(everyMs, Math.max(MIN_PAUSE_MS, dueAt - Date.now()));
    } catch (error) {
      log.error({ loop: name, err: error }, 'loop failed');
      return Math.min(everyMs, AFTER_FAULT_MS);
    }
  };
  const work = async (): Promise<void> => {
    let pause = everyMs;
    do {
      again = false;
      pause = await pauseAfter();
    } while (again && !stopped);
    running = undefined;
    if (!stopped) timer = setTimeout(() => wake(), pause).unref();
  };
  const wake = (): void => {
    if (stopped) return;
    again = true;
    if (running) return;
    clearTimeout(timer);
    running = apart(work);
  };
  wake();
  return {
    wake,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};

/** Starts a loop that runs now and every hour. */
export const hourly = (name: string, run: () => Promise<unknown>, log: Log): Loop =>
  startLoop({ name, everyMs: 3_600_000, run: () => run().then(() => undefined), log });
