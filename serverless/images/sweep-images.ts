import type { SweepImages } from '@duet/shared/images/sweep-images.ts';
import type { Log } from '@duet/shared/kernel/log.ts';

/** Looks after unfinished photos, on a schedule. */
export const sweepImages = (run: SweepImages, log: Log) => async (): Promise<void> => {
  log.info({ touched: await run() }, 'photos swept');
};
