import type { SweepImages } from '@duet/shared/images/sweep-images.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { type Loop, startLoop } from '../edge/loop.ts';

/** Looks after unfinished photos, every minute. */
export const sweepImages = (run: SweepImages, log: Log): Loop =>
  startLoop({
    name: 'sweep-images',
    everyMs: 60_000,
    run: () => run().then(() => undefined),
    log,
  });
