import { stampOf } from '../offline/build.ts';

/** How often files are looked at, in ms: a few hundred of them take about a millisecond. */
const LOOK_MS = 300;

/**
 * Calls back after any of the files has changed, one call at a time. Files are looked at, because being told of changes works
 * differently, or not at all, on mounted folders and in containers.
 *
 * @param files gives the files to look at; asked again after each call
 * @param changed what it rejects with is its own affair
 * @returns ends the watch
 */
export const watchFiles = (files: () => readonly string[], changed: () => Promise<void>): (() => void) => {
  const stamps = (): string => files().map(stampOf).join();
  let last = stamps();
  let busy = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    const now = stamps();
    if (now === last) return;
    busy = true;
    await changed().finally(() => {
      // Not what it is now: what was changed while this ran is seen at the next look.
      last = now;
      busy = false;
    });
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
};
