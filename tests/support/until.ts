import { setTimeout as pause } from 'node:timers/promises';

/** How to poll. Times in ms. */
export type UntilOptions = {
  readonly withinMs?: number;
  readonly everyMs?: number;
  /** Go on when `look` throws: what is looked at may be down for a while. */
  readonly patient?: boolean;
};

/**
 * Polls until `look` returns something other than undefined, and returns it.
 *
 * @param what what is waited for, for the error
 * @throws Error when the deadline has passed, with the last error of `look` as its cause; whatever `look`
 *   throws, unless it is patient
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined>,
  { withinMs = 60_000, everyMs = 15, patient = false }: UntilOptions = {},
): Promise<T> => {
  const deadline = Date.now() + withinMs;
  let cause: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      cause = undefined;
    } catch (error) {
      if (!patient) throw error;
      cause = error;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`, { cause });
    await pause(everyMs);
  }
};
