import sharp from 'sharp';
import type { MadeVariant, Resizer } from '../../images/ports.ts';
import { MAX_PIXELS, type PhotoReason, RESIZE_LIMIT_MS, VARIANT_WIDTHS } from '../../images/schema.ts';

/** Quality of the webp variants, 1 to 100: sharp's default. */
const QUALITY = 80;

/** What a file is, by its first bytes; undefined when it is none of the three. */
export const sniff = (bytes: Uint8Array): string | undefined => {
  const at = (offset: number, signature: readonly number[]): boolean =>
    signature.every((byte, index) => bytes[offset + index] === byte);
  if (at(0, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (at(0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (at(0, [0x52, 0x49, 0x46, 0x46]) && at(8, [0x57, 0x45, 0x42, 0x50])) return 'image/webp';
  return undefined;
};

const reasonOf = (error: unknown): PhotoReason => {
  const message = error instanceof Error ? error.message : '';
  if (message.includes('pixel limit')) return 'too-many-pixels';
  return /timeout/i.test(message) ? 'took-too-long' : 'not-an-image';
};

/** Decodes once to the widest variant and derives the narrower from its pixels. Metadata is not carried over. */
const makeVariants = async (bytes: Uint8Array): Promise<MadeVariant[]> => {
  const [narrow, wide] = VARIANT_WIDTHS;
  const { data, info } = await sharp(bytes, {
    limitInputPixels: MAX_PIXELS,
    failOn: 'error',
    animated: false,
  })
    .timeout({ seconds: RESIZE_LIMIT_MS / 1000 })
    .autoOrient()
    .resize({ width: wide, withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const variant = async (width: (typeof VARIANT_WIDTHS)[number]): Promise<MadeVariant> => {
    const made = await sharp(data, { raw })
      .timeout({ seconds: RESIZE_LIMIT_MS / 1000 })
      .resize({ width, withoutEnlargement: true })
      .webp({ quality: QUALITY })
      .toBuffer({ resolveWithObject: true });
    return { name: `${width}.webp`, width: made.info.width, height: made.info.height, bytes: made.data };
  };
  return Promise.all([variant(narrow), variant(wide)]);
};

/**
 * Makes the 320 and 800 pixel variants of a photo as webp, with sharp. The file must be what it was declared to be, by
 * its magic bytes; at most 24 megapixels; 10 s.
 */
export const makeResizer = (): Resizer => async (bytes, declared) => {
  const type = sniff(bytes);
  if (type === undefined) return { kind: 'refused', reason: 'not-an-image' };
  if (type !== declared) return { kind: 'refused', reason: 'wrong-type' };
  try {
    return { kind: 'made', variants: await makeVariants(bytes) };
  } catch (error) {
    return { kind: 'refused', reason: reasonOf(error) };
  }
};
