/**
 * What a clock and its thread share. `signal` counts changes (-1: the end), `next` and `after` are the two moments to ring at,
 * `target` is the moment until which the thread sleeps; all in ms of the monotonic clock.
 */
export type PacerMemory = { readonly signal: Int32Array; readonly moments: Float64Array };

/** Places in `moments`. */
export const NEXT = 0;
export const AFTER = 1;
export const TARGET = 2;

/** How many bytes it takes. */
export const PACER_BYTES = 32;

/** The views of the shared memory. */
export const pacerMemoryOf = (memory: SharedArrayBuffer): PacerMemory => ({
  signal: new Int32Array(memory, 0, 1),
  moments: new Float64Array(memory, 8, 3),
});

/** CLOCK_MONOTONIC in ms, the same in every thread and process of a machine. */
export const monotonicMs = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
};
