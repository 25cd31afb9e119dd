import type { Clock } from '../kernel/ids.ts';
import { uploadKey } from './keys.ts';
import type { ImageStore, PhotoStore } from './ports.ts';

/** Ends what never arrived and takes up again what was left half done. Returns how many photos it touched. */
export type SweepImages = () => Promise<number>;

/** After this long without an upload, or without an end, a photo is rejected: 15 minutes in ms. */
export const PHOTO_LIMIT_MS = 15 * 60_000;

/** After this long without a change an upload that lies there is taken up again: a minute in ms. */
export const PHOTO_RETRY_MS = 60_000;

const BATCH = 100;

/**
 * Sweeps unfinished photos. `resume` starts the resizing of an upload again; a platform that retries its own triggers
 * (S3 events on Lambda) has no need of it.
 */
export const makeSweepImages =
  (deps: {
    photos: PhotoStore;
    images: ImageStore;
    clock: Clock;
    resume?: (key: string) => Promise<unknown>;
  }): SweepImages =>
  async () => {
    const now = deps.clock();
    const stale = await deps.photos.unfinished(new Date(now - PHOTO_RETRY_MS).toISOString(), BATCH);
    let touched = 0;
    for (const photo of stale) {
      const key = uploadKey(photo.id);
      if (Date.parse(photo.createdAt) + PHOTO_LIMIT_MS <= now) {
        const reason = photo.state === 'AWAITING' ? 'never-arrived' : 'took-too-long';
        const updatedAt = new Date(now).toISOString();
        const ended = { state: 'REJECTED', reason, variants: [], updatedAt } as const;
        if (await deps.photos.move(photo.id, [photo.state], ended)) touched += 1;
        await deps.images.remove(key);
      } else if (deps.resume) {
        await deps.resume(key);
        touched += 1;
      }
    }
    return touched;
  };
