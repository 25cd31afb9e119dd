import type { VariantName } from './schema.ts';

/** Where an upload lies, and the prefix whose new objects start the resizing. */
export const UPLOAD_PREFIX = 'uploads/';

/** Key of a photo's upload. */
export const uploadKey = (photoId: string): string => `${UPLOAD_PREFIX}${photoId}`;

/** Key of a photo's variant. */
export const variantKey = (photoId: string, name: VariantName): string => `variants/${photoId}/${name}`;

const UPLOAD_KEY = /^uploads\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** The photo that an upload's key names; undefined when it is no such key. */
export const photoIdOf = (key: string): string | undefined => UPLOAD_KEY.exec(key)?.[1];
