import type { ResizeImage } from '@duet/shared/images/resize-image.ts';
import type { Log } from '@duet/shared/kernel/log.ts';

/** Resizes uploads after their reply. */
export type ResizeQueue = {
  /** Takes an upload on, unless too many wait: then the sweep finds it a minute later. */
  readonly add: (key: string) => void;
  /** Resizes one now, in its turn, and resolves when that is done. */
  readonly resume: (key: string) => Promise<void>;
  /** Lets the one under way finish. Those that wait are found by the sweep of another process, or of the next. */
  readonly stop: () => Promise<void>;
};

/** Uploads that may wait, each with its bytes in the store and only its key here. */
const WAITING = 100;

/**
 * Makes the variants of one photo at a time: sharp uses several threads by itself, and requests need the cores too.
 * On Lambda each upload has an environment of its own.
 */
export const resizeImage = (run: ResizeImage, log: Log): ResizeQueue => {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let stopped = false;

  const resume = (key: string): Promise<void> => {
    waiting += 1;
    last = last.then(async () => {
      waiting -= 1;
      if (stopped) return;
      try {
        log.info({ key, state: await run(key) }, 'photo resized');
      } catch (error) {
        log.error({ key, err: error }, 'photo not resized: the sweep tries again');
      }
    });
    return last;
  };
  return {
    add: (key) => {
      if (waiting < WAITING) void resume(key);
      else log.warn({ key, waiting }, 'too many photos wait: this one is left to the sweep');
    },
    resume,
    stop: () => {
      stopped = true;
      return last;
    },
  };
};
