import sharp from 'sharp';

/** Media type of the drawn photos. */
export const PHOTO_TYPE = 'image/jpeg' as const;

/**
 * Renders a drawing as a JPEG of 1200 x 900 pixels. The same drawing gives the same bytes with the same version of sharp:
 * it holds no text, no randomness and no date.
 */
export const drawPhoto = (drawing: string): Promise<Buffer> =>
  sharp(Buffer.from(drawing)).flatten({ background: '#ffffff' }).jpeg({ quality: 88 }).toBuffer();
