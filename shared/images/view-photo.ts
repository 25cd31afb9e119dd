import type { Photo, PhotoStore } from './ports.ts';
import type { PhotoView } from './schema.ts';

/** A photo as callers see it. */
export const viewPhoto = (photo: Photo): PhotoView => ({
  id: photo.id,
  state: photo.state,
  reason: photo.reason,
  variants: photo.variants.map(({ name, width, height }) => ({
    width,
    height,
    url: `/images/${photo.id}/${name}`,
  })),
});

/** The photos of products by product id: what the inventory context is given of this one. */
export const makeProductPhotos =
  (deps: { photos: PhotoStore }) =>
  async (productIds: readonly string[]): Promise<ReadonlyMap<string, readonly PhotoView[]>> => {
    const found = productIds.length > 0 ? await deps.photos.listByProducts(productIds) : [];
    return new Map(
      productIds.map((id) => [
        id,
        found.filter((photo) => photo.productId === id).map((photo) => viewPhoto(photo)),
      ]),
    );
  };
