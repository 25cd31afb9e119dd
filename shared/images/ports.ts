import type { Claimed, IdempotencyRecord } from '../kernel/idempotency.ts';
import type { PhotoReason, PhotoState, PhotoType, UploadForm, VariantName } from './schema.ts';

/** A variant that was made: its file name and real size in pixels. */
export type Variant = { readonly name: VariantName; readonly width: number; readonly height: number };

/** A photo as it is stored. Times are ISO 8601 in UTC. */
export type Photo = {
  readonly id: string;
  readonly productId: string;
  readonly contentType: PhotoType;
  readonly state: PhotoState;
  readonly reason: PhotoReason | null;
  readonly variants: readonly Variant[];
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** Keeps what is known of photos, not their bytes. */
export type PhotoStore = {
  /** Adds a photo together with its idempotency record, or neither when the key is taken. */
  readonly insert: (photo: Photo, record: IdempotencyRecord) => Promise<Claimed>;
  readonly find: (id: string) => Promise<Photo | undefined>;
  /** The photos of these products, each product's in order of creation (id). */
  readonly listByProducts: (productIds: readonly string[]) => Promise<readonly Photo[]>;
  /** Moves a photo on if it is in one of the states `from`. False, and no change, otherwise. */
  readonly move: (
    id: string,
    from: readonly PhotoState[],
    to: Pick<Photo, 'state' | 'reason' | 'variants' | 'updatedAt'>,
  ) => Promise<boolean>;
  /** At most `limit` photos that are AWAITING or PROCESSING and last changed before `before` (ISO 8601), oldest first. */
  readonly unfinished: (before: string, limit: number) => Promise<readonly Photo[]>;
};

/** Keeps the bytes of photos, by key. */
export type ImageStore = {
  /** Makes a form that allows one exact key and content type, 1 byte to 5 MiB, until `expiresAt` (ms). */
  readonly presign: (upload: {
    readonly key: string;
    readonly contentType: PhotoType;
    readonly expiresAt: number;
  }) => Promise<UploadForm>;
  /** The bytes; undefined when there is no such object. */
  readonly read: (key: string) => Promise<Uint8Array | undefined>;
  /** Writes an object whole or not at all. It may be cached by anybody for as long as `maxAgeSeconds`. */
  readonly write: (
    key: string,
    bytes: Uint8Array,
    contentType: string,
    maxAgeSeconds: number,
  ) => Promise<void>;
  /** Removes an object; nothing happens when there is none. */
  readonly remove: (key: string) => Promise<void>;
};

/** A variant with its bytes. */
export type MadeVariant = Variant & { readonly bytes: Uint8Array };

/** Makes the variants of a photo. */
export type Resizer = (
  bytes: Uint8Array,
  declared: PhotoType,
) => Promise<
  | { readonly kind: 'made'; readonly variants: readonly MadeVariant[] }
  | { readonly kind: 'refused'; readonly reason: PhotoReason }
>;
