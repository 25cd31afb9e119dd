import { setTimeout as pause } from 'node:timers/promises';

/** Waits so many ms, or until the signal: an early end is no error. */
export const rest = async (ms: number, signal?: AbortSignal): Promise<void> => {
  if (signal?.aborted || ms <= 0) return;
  await pause(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
};

/** How often is looked, in ms. */
const LOOK_MS = 200;

/**
 * Looks until there is something, at least once.
 *
 * @returns what `look` found; undefined when the time is over or the signal came
 * @throws whatever `look` throws, at once
 */
export const lookUntil = async <T>(
  look: () => Promise<T | undefined>,
  withinMs: number,
  signal?: AbortSignal,
): Promise<T | undefined> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || signal?.aborted || Date.now() >= deadline) return found;
    await rest(LOOK_MS, signal);
  }
};
