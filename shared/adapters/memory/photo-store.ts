import type { Photo, PhotoStore } from '../../images/ports.ts';
import { claimKey, type MemoryRecords } from './idempotency.ts';

/** What is known of photos, in this process's memory, for tests. */
export const makePhotoStore = (): PhotoStore => {
  const photos = new Map<string, Photo>();
  const records: MemoryRecords = new Map();
  return {
    insert: async (photo, record) => claimKey(records, record, () => photos.set(photo.id, photo)),
    find: async (id) => photos.get(id),
    listByProducts: async (productIds) =>
      [...photos.values()]
        .filter(({ productId }) => productIds.includes(productId))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    move: async (id, from, to) => {
      const photo = photos.get(id);
      if (!photo || !from.includes(photo.state)) return false;
      photos.set(id, { ...photo, ...to });
      return true;
    },
    unfinished: async (before, limit) =>
      [...photos.values()]
        .filter(
          ({ state, updatedAt }) => (state === 'AWAITING' || state === 'PROCESSING') && updatedAt < before,
        )
        .sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))
        .slice(0, limit),
  };
};
