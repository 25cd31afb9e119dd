import { DomainError } from '../kernel/errors.ts';
import { variantKey } from './keys.ts';
import type { ImageStore, PhotoStore } from './ports.ts';
import type { PhotoParams } from './schema.ts';

/** Serves the bytes of one variant (image/webp). */
export type GetPhoto = (params: PhotoParams) => Promise<Uint8Array>;

/** @throws DomainError `not-found` when there is no such photo, or it is not READY */
export const makeGetPhoto =
  (deps: { photos: PhotoStore; images: ImageStore }): GetPhoto =>
  async ({ imageId, variant }) => {
    const photo = await deps.photos.find(imageId);
    const made = photo?.state === 'READY' && photo.variants.some(({ name }) => name === variant);
    const bytes = made ? await deps.images.read(variantKey(imageId, variant)) : undefined;
    if (!bytes) throw new DomainError('not-found');
    return bytes;
  };
