import { makeImageStore } from '@duet/shared/adapters/memory/image-store.ts';
import { makePhotoStore } from '@duet/shared/adapters/memory/photo-store.ts';
import { makeGetPhoto } from '@duet/shared/images/get-photo.ts';
import { photoIdOf, uploadKey, variantKey } from '@duet/shared/images/keys.ts';
import type { Resizer } from '@duet/shared/images/ports.ts';
import { makeRequestUpload } from '@duet/shared/images/request-upload.ts';
import { makeResizeImage } from '@duet/shared/images/resize-image.ts';
import { MAX_UPLOAD_BYTES, UPLOAD_SECONDS } from '@duet/shared/images/schema.ts';
import { makeSweepImages } from '@duet/shared/images/sweep-images.ts';
import { makeProductPhotos } from '@duet/shared/images/view-photo.ts';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { idOf, scopeOf } from '../support/world.ts';

const MINUTE = 60_000;
const admin = { id: idOf(1, 0xad), role: 'admin' } as const;
const PRODUCT = idOf(1, 7);
const input = { contentType: 'image/jpeg' as const };

const made: Resizer = async (bytes) => ({
  kind: 'made',
  variants: [
    { name: '320.webp', width: 320, height: 213, bytes },
    { name: '800.webp', width: 800, height: 533, bytes },
  ],
});

/** The images context over memory stores, with a resizer that a test chooses. */
const makeImages = (resizer: Resizer = made) => {
  const time = { now: Date.parse('2026-10-18T12:00:00.000Z') };
  const objects = new Map<string, Uint8Array>();
  const calls = { resized: 0 };
  let ids = 0;
  const deps = {
    photos: makePhotoStore(),
    images: makeImageStore({ objects }),
    clock: () => time.now,
    newId: () => {
      ids += 1;
      return idOf(ids, 0x9);
    },
    productExists: async (id: string) => id === PRODUCT,
    resize: (async (bytes, declared) => {
      calls.resized += 1;
      return resizer(bytes, declared);
    }) satisfies Resizer,
  };
  const requestUpload = makeRequestUpload(deps);
  const resizeImage = makeResizeImage(deps);
  return {
    ...deps,
    time,
    objects,
    calls,
    requestUpload,
    resizeImage,
    getPhoto: makeGetPhoto(deps),
    sweep: makeSweepImages(deps),
    sweepAndResume: makeSweepImages({ ...deps, resume: resizeImage }),
    photosOf: async () => (await makeProductPhotos(deps)([PRODUCT])).get(PRODUCT) ?? [],
    ask: async () => (await requestUpload(PRODUCT, input, scopeOf(admin, 'request-upload', input))).body,
    arrive: (imageId: string, bytes: Uint8Array = new Uint8Array([1, 2, 3])) => {
      objects.set(uploadKey(imageId), bytes);
      return uploadKey(imageId);
    },
  };
};

describe('POST /products/{id}/images', () => {
  it('When an upload is asked for, then the form is for one key and 5 minutes, and the photo awaits it', async () => {
    const images = makeImages();
    const { imageId, upload } = await images.ask();
    expect(upload.fields).toMatchObject({ key: `uploads/${imageId}`, 'Content-Type': 'image/jpeg' });
    expect(Date.parse(upload.expiresAt)).toBe(images.time.now + UPLOAD_SECONDS * 1000);
    expect(await images.photosOf()).toMatchObject([
      { id: imageId, state: 'AWAITING', reason: null, variants: [] },
    ]);
  });

  it('When the same request comes again, then the same form comes again and there is one photo', async () => {
    const images = makeImages();
    const scope = scopeOf(admin, 'request-upload', input);
    const first = await images.requestUpload(PRODUCT, input, scope);
    images.time.now += MINUTE;
    expect(await images.requestUpload(PRODUCT, input, scope)).toEqual({ ...first, replayed: true });
    expect(await images.photosOf()).toHaveLength(1);
  });

  it('When there is no such product, then it is not found', async () => {
    const images = makeImages();
    expect(await codeOfPromise(images.requestUpload(idOf(4, 4), input, scopeOf(admin, 'x', input)))).toBe(
      'not-found',
    );
  });
});

describe('resize-image', () => {
  it('When an upload arrives, then the photo is READY, its variants can be read, and the upload is gone', async () => {
    const images = makeImages();
    const { imageId } = await images.ask();
    expect(await images.resizeImage(images.arrive(imageId))).toBe('READY');
    expect(await images.photosOf()).toMatchObject([
      {
        state: 'READY',
        variants: [
          { width: 320, height: 213, url: `/images/${imageId}/320.webp` },
          { width: 800, height: 533, url: `/images/${imageId}/800.webp` },
        ],
      },
    ]);
    expect(await images.getPhoto({ imageId, variant: '320.webp' })).toEqual(new Uint8Array([1, 2, 3]));
    expect([...images.objects.keys()].sort()).toEqual([
      variantKey(imageId, '320.webp'),
      variantKey(imageId, '800.webp'),
    ]);
  });

  it('When the same arrival is told twice, then the photo is made once', async () => {
    const images = makeImages();
    const { imageId } = await images.ask();
    const key = images.arrive(imageId);
    await images.resizeImage(key);
    expect(await images.resizeImage(key)).toBe('READY');
    expect(images.calls.resized).toBe(1);
  });

  it.each(['not-an-image', 'wrong-type', 'too-many-pixels', 'took-too-long'] as const)(
    'When the resizer says %s, then the photo is REJECTED with that reason and nothing of it stays',
    async (reason) => {
      const images = makeImages(async () => ({ kind: 'refused', reason }));
      const { imageId } = await images.ask();
      expect(await images.resizeImage(images.arrive(imageId))).toBe('REJECTED');
      expect(await images.photosOf()).toMatchObject([{ state: 'REJECTED', reason, variants: [] }]);
      expect(images.objects.size).toBe(0);
      expect(await codeOfPromise(images.getPhoto({ imageId, variant: '320.webp' }))).toBe('not-found');
    },
  );

  it('When an upload is larger than 5 MiB all the same, then it is rejected before it is decoded', async () => {
    const images = makeImages();
    const { imageId } = await images.ask();
    await images.resizeImage(images.arrive(imageId, new Uint8Array(MAX_UPLOAD_BYTES + 1)));
    expect(await images.photosOf()).toMatchObject([{ state: 'REJECTED', reason: 'too-large' }]);
    expect(images.calls.resized).toBe(0);
  });

  it('When the process dies while it writes the variants, then a second run makes the photo READY', async () => {
    const images = makeImages();
    const { imageId } = await images.ask();
    const key = images.arrive(imageId);
    const write = images.images.write;
    let deaths = 1;
    const dying = makeResizeImage({
      ...images,
      images: {
        ...images.images,
        write: async (...args) => {
          if (deaths-- > 0) throw new Error('killed');
          await write(...args);
        },
      },
    });
    await expect(dying(key)).rejects.toThrow('killed');
    expect(await images.photosOf()).toMatchObject([{ state: 'PROCESSING' }]);
    expect(await dying(key)).toBe('READY');
  });

  it('When the process dies before it removes the upload, then a second run removes it', async () => {
    const images = makeImages();
    const { imageId } = await images.ask();
    const key = images.arrive(imageId);
    const dying = makeResizeImage({
      ...images,
      images: { ...images.images, remove: () => Promise.reject(new Error('killed')) },
    });
    await expect(dying(key)).rejects.toThrow('killed');
    expect(await images.resizeImage(key)).toBe('READY');
    expect(images.objects.has(key)).toBe(false);
    expect(images.calls.resized).toBe(1);
  });

  it('When the sweep gave the photo up meanwhile, then its end stands and what was made is not served', async () => {
    const images = makeImages(async (bytes, declared) => {
      images.time.now += 20 * MINUTE;
      await images.sweep();
      return made(bytes, declared);
    });
    const { imageId } = await images.ask();
    expect(await images.resizeImage(images.arrive(imageId))).toBe('REJECTED');
    expect(await images.photosOf()).toMatchObject([{ state: 'REJECTED', reason: 'took-too-long' }]);
    expect(await codeOfPromise(images.getPhoto({ imageId, variant: '320.webp' }))).toBe('not-found');
  });

  it.each([
    'uploads/',
    'uploads/../secret',
    `variants/${idOf(1)}/320.webp`,
    `uploads/${idOf(1)}/x`,
    `uploads/${idOf(404)}`,
  ])('When %s arrives, then nobody asked for it and nothing happens', async (key) => {
    const images = makeImages();
    images.objects.set(key, new Uint8Array([1]));
    expect(await images.resizeImage(key)).toBe('unknown');
    expect(images.calls.resized).toBe(0);
  });
});

describe('sweep-images', () => {
  it('When an upload never arrives, then its photo is REJECTED at 15 minutes and not before', async () => {
    const images = makeImages();
    await images.ask();
    images.time.now += 15 * MINUTE - 1;
    await images.sweep();
    expect(await images.photosOf()).toMatchObject([{ state: 'AWAITING' }]);
    images.time.now += 1;
    expect(await images.sweep()).toBe(1);
    expect(await images.photosOf()).toMatchObject([{ state: 'REJECTED', reason: 'never-arrived' }]);
  });

  it('When an upload arrives after that, then the photo stays REJECTED and the upload is removed', async () => {
    const images = makeImages();
    const { imageId } = await images.ask();
    images.time.now += 15 * MINUTE;
    await images.sweep();
    expect(await images.resizeImage(images.arrive(imageId))).toBe('REJECTED');
    expect(images.objects.size).toBe(0);
  });

  it('When a process died half-way, then the sweep takes the upload up again after a minute', async () => {
    const images = makeImages();
    const { imageId } = await images.ask();
    images.arrive(imageId);
    images.time.now += MINUTE - 1;
    await images.sweepAndResume();
    expect(images.calls.resized).toBe(0);
    images.time.now += 2;
    await images.sweepAndResume();
    expect(await images.photosOf()).toMatchObject([{ state: 'READY' }]);
  });

  it('When photos are READY or REJECTED, then the sweep leaves them alone', async () => {
    const images = makeImages();
    const { imageId } = await images.ask();
    await images.resizeImage(images.arrive(imageId));
    images.time.now += 60 * MINUTE;
    expect(await images.sweepAndResume()).toBe(0);
    expect(await images.photosOf()).toMatchObject([{ state: 'READY' }]);
  });
});

describe('keys', () => {
  it('When a key is made for a photo, then it leads back to it', () => {
    expect(photoIdOf(uploadKey(idOf(1)))).toBe(idOf(1));
    expect(photoIdOf(`${uploadKey(idOf(1))}\n`)).toBeUndefined();
  });
});
