import type { Clock } from '../kernel/ids.ts';
import { photoIdOf, uploadKey, variantKey } from './keys.ts';
import type { ImageStore, Photo, PhotoStore, Resizer } from './ports.ts';
import { MAX_UPLOAD_BYTES, type PhotoReason } from './schema.ts';

/** Makes the variants of an upload that has arrived under `key`. Returns the state that the photo is in afterwards. */
export type ResizeImage = (key: string) => Promise<Photo['state'] | 'unknown'>;

/** Variants never change, so that they may be cached for a year. */
export const VARIANT_MAX_AGE = 31_536_000;

/**
 * Takes a photo from its upload to READY or REJECTED. Safe to run again after a death at any point: the variants are
 * written before the photo is READY, and the upload, which may hold a place or a name in its metadata, is removed last.
 */
export const makeResizeImage = (deps: {
  photos: PhotoStore;
  images: ImageStore;
  resize: Resizer;
  clock: Clock;
}): ResizeImage => {
  const now = (): string => new Date(deps.clock()).toISOString();
  /** Ends a photo, unless a twin or the sweep ended it meanwhile. Returns the state that it is in then. */
  const end = async (
    photo: Photo,
    to: Pick<Photo, 'state' | 'reason' | 'variants'>,
  ): Promise<Photo['state']> => {
    if (await deps.photos.move(photo.id, ['PROCESSING'], { ...to, updatedAt: now() })) return to.state;
    return (await deps.photos.find(photo.id))?.state ?? to.state;
  };
  const reject = (photo: Photo, reason: PhotoReason): Promise<Photo['state']> =>
    end(photo, { state: 'REJECTED', reason, variants: [] });

  const process = async (photo: Photo, bytes: Uint8Array): Promise<Photo['state']> => {
    if (bytes.length > MAX_UPLOAD_BYTES) return reject(photo, 'too-large');
    const result = await deps.resize(bytes, photo.contentType);
    if (result.kind === 'refused') return reject(photo, result.reason);
    await Promise.all(
      result.variants.map(({ name, bytes }) =>
        deps.images.write(variantKey(photo.id, name), bytes, 'image/webp', VARIANT_MAX_AGE),
      ),
    );
    return end(photo, {
      state: 'READY',
      reason: null,
      variants: result.variants.map(({ name, width, height }) => ({ name, width, height })),
    });
  };

  return async (key) => {
    const id = photoIdOf(key);
    const photo = id === undefined ? undefined : await deps.photos.find(id);
    if (!photo) return 'unknown';
    const bytes = await deps.images.read(key);
    if (!bytes) return photo.state;
    const started = { state: 'PROCESSING', reason: null, variants: [], updatedAt: now() } as const;
    const mine = await deps.photos.move(photo.id, ['AWAITING', 'PROCESSING'], started);
    const state = mine ? await process(photo, bytes) : photo.state;
    await deps.images.remove(uploadKey(photo.id));
    return state;
  };
};
