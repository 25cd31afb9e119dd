import { DomainError } from '../kernel/errors.ts';
import { type CreatedOnce, createOnce, type IdempotencyScope } from '../kernel/idempotency.ts';
import type { Clock, NewId } from '../kernel/ids.ts';
import { uploadKey } from './keys.ts';
import type { ImageStore, Photo, PhotoStore } from './ports.ts';
import { type RequestUploadInput, UPLOAD_SECONDS, type UploadReply } from './schema.ts';

/** Asks for a form with which one photo of a product can be uploaded. */
export type RequestUpload = (
  productId: string,
  input: RequestUploadInput,
  scope: IdempotencyScope,
) => Promise<CreatedOnce<UploadReply>>;

/**
 * Makes a photo that awaits its upload, and the form for it.
 *
 * @throws DomainError `not-found` when there is no such product; `idempotency-key-reuse`, `idempotency-in-progress`
 */
export const makeRequestUpload =
  (deps: {
    photos: PhotoStore;
    images: ImageStore;
    productExists: (id: string) => Promise<boolean>;
    clock: Clock;
    newId: NewId;
  }): RequestUpload =>
  async (productId, { contentType }, scope) => {
    if (!(await deps.productExists(productId))) throw new DomainError('not-found');
    const imageId = deps.newId();
    const now = deps.clock();
    const expiresAt = now + UPLOAD_SECONDS * 1000;
    const upload = await deps.images.presign({ key: uploadKey(imageId), contentType, expiresAt });
    const at = new Date(now).toISOString();
    const photo: Photo = {
      id: imageId,
      productId,
      contentType,
      state: 'AWAITING',
      reason: null,
      variants: [],
      createdAt: at,
      updatedAt: at,
    };
    const reply = { status: 201, location: `/products/${productId}`, body: { imageId, upload } };
    return createOnce(scope, reply, (record) => deps.photos.insert(photo, record));
  };
