import { makeResizer, sniff } from '@duet/shared/adapters/sharp/resizer.ts';
import type { PhotoType } from '@duet/shared/images/schema.ts';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';

const resize = makeResizer();

const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 120, g: 60, b: 30 } } });

const madeOf = async (bytes: Uint8Array, declared: PhotoType) => {
  const result = await resize(bytes, declared);
  if (result.kind !== 'made') throw new Error(`refused: ${result.reason}`);
  return result.variants;
};

describe('makeResizer', () => {
  it.each([
    ['image/jpeg', (image: Sharp) => image.jpeg()],
    ['image/png', (image: Sharp) => image.png()],
    ['image/webp', (image: Sharp) => image.webp()],
  ] as const)(
    'When a photo is %s, then its variants are webp of the right widths and of its ratio',
    async (type, encode) => {
      const variants = await madeOf(await encode(canvas(1600, 1000)).toBuffer(), type);
      expect(variants.map(({ name, width, height }) => [name, width, height])).toEqual([
        ['320.webp', 320, 200],
        ['800.webp', 800, 500],
      ]);
      for (const { bytes, width, height } of variants) {
        expect(sniff(bytes)).toBe('image/webp');
        expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width, height });
      }
    },
  );

  it('When a photo is narrower than a variant, then it is not enlarged', async () => {
    const variants = await madeOf(await canvas(200, 100).png().toBuffer(), 'image/png');
    expect(variants.map(({ name, width, height }) => [name, width, height])).toEqual([
      ['320.webp', 200, 100],
      ['800.webp', 200, 100],
    ]);
  });

  it('When a photo tells of its place and of its rotation, then it is turned upright and tells nothing', async () => {
    const exif = { IFD0: { Copyright: 'Ada' }, IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' } };
    const photo = await canvas(1000, 500).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    for (const { bytes, width, height } of await madeOf(photo, 'image/jpeg')) {
      expect(height).toBe(2 * width);
      const { exif: left, icc, xmp, iptc } = await sharp(bytes).metadata();
      expect([left, icc, xmp, iptc]).toEqual([undefined, undefined, undefined, undefined]);
    }
  });

  it('When a small file holds more than 24 megapixels, then it is refused before it is decoded', async () => {
    const bomb = await canvas(6_001, 4_000).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(await resize(bomb, 'image/png')).toEqual({ kind: 'refused', reason: 'too-many-pixels' });
  });

  it('When a photo has exactly 24 megapixels, then it is made', async () => {
    expect(await madeOf(await canvas(6_000, 4_000).jpeg().toBuffer(), 'image/jpeg')).toHaveLength(2);
  });

  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  );
  const gif = Buffer.from('GIF89a\u0001\u0000\u0001\u0000\u0000\u0000\u0000;', 'latin1');

  it.each([
    ['an SVG', svg, 'image/png', 'not-an-image'],
    ['a GIF', gif, 'image/png', 'not-an-image'],
    ['text', Buffer.from('hello'), 'image/jpeg', 'not-an-image'],
    ['one byte', Buffer.from([0xff]), 'image/jpeg', 'not-an-image'],
    ['only the magic bytes of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg', 'not-an-image'],
    [
      'an SVG behind the magic bytes of a JPEG',
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), svg]),
      'image/jpeg',
      'not-an-image',
    ],
  ] as const)('When a file is %s, then it is refused', async (_, bytes, declared, reason) => {
    expect(await resize(bytes, declared)).toEqual({ kind: 'refused', reason });
  });

  it('When a PNG was declared as a JPEG, then it is of the wrong type', async () => {
    const png = await canvas(10, 10).png().toBuffer();
    expect(await resize(png, 'image/jpeg')).toEqual({ kind: 'refused', reason: 'wrong-type' });
  });

  it('When a photo was cut off, then it is refused', async () => {
    const png = await canvas(400, 400).png().toBuffer();
    expect(await resize(png.subarray(0, png.length / 2), 'image/png')).toEqual({
      kind: 'refused',
      reason: 'not-an-image',
    });
  });
});
