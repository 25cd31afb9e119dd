/**
 * How long after an answer a process is stopped, in ms, and twice that at most. With 50 callers on two cores an environment's next
 * invocation comes within 10: stopped and continued each time, it took twice the CPU (measured with `npm run bench:lambda`).
 */
const SOON_MS = 15;

/** Stops processes a moment after their answers. */
export type Freezer = {
  readonly soon: (stop: () => void) => void;
  /** @returns false when it has been stopped already */
  readonly cancel: (stop: () => void) => boolean;
};

/**
 * One timer for all. Between two invocations a function's thread waits in a read of its channel, so that nothing of it runs
 * from its answer on; the stop is for what else its process has, threads and children. A busy environment gets its next
 * invocation within the moment, and is spared two signals: each of them costs the runtime a look at every child that it has.
 */
export const makeFreezer = (): Freezer => {
  /** Those that answered since the timer was set, and those that answered before that: their moment is over when it fires. */
  let young = new Set<() => void>();
  let old = new Set<() => void>();
  let isSet = false;
  const set = (): void => {
    isSet = true;
    setTimeout(stopOld, SOON_MS);
  };
  const stopOld = (): void => {
    isSet = false;
    const due = old;
    old = young;
    young = new Set();
    if (old.size > 0) set();
    for (const stop of due) stop();
  };
  return {
    soon: (stop) => {
      young.add(stop);
      if (!isSet) set();
    },
    cancel: (stop) => young.delete(stop) || old.delete(stop),
  };
};
