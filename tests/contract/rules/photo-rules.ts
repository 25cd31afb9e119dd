import assert from 'node:assert/strict';
import { MAX_UPLOAD_BYTES } from '@duet/shared/images/schema.ts';
import sharp from 'sharp';
import { newProduct } from '../../support/goods.ts';
import { drawPhoto, finishedPhoto, requestUpload, upload } from '../../support/photos.ts';
import { call, ok, refused, type Shop, send } from '../../support/shop.ts';
import type { Section } from './rule.ts';

const uploaded = async (shop: Shop, file: Uint8Array, contentType = 'image/jpeg') => {
  const { id } = await newProduct(shop);
  const { imageId, upload: form } = await requestUpload(shop, id, contentType);
  const reply = await upload(shop, form, file);
  assert.ok(
    reply.status >= 200 && reply.status < 300,
    `upload: ${reply.status} ${reply.bytes.toString().slice(0, 300)}`,
  );
  return { productId: id, imageId, form, photo: await finishedPhoto(shop, id, imageId) };
};

const rejectedFor = async (
  shop: Shop,
  file: Uint8Array,
  contentType: string,
  reason: string,
): Promise<void> => {
  const { photo } = await uploaded(shop, file, contentType);
  assert.deepEqual([photo.state, photo.reason, photo.variants], ['REJECTED', reason, []]);
};

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';

/** A form that was tampered with, or a file that it does not allow: the upload itself is refused. */
const refusedUploads = async (shop: Shop) => {
  const { id } = await newProduct(shop);
  const { imageId, upload: form } = await requestUpload(shop, id);
  const photo = await drawPhoto(40, 30);
  const { fields } = form;
  const other = await requestUpload(shop, id);
  const token = Object.keys(fields).find((name) => /token|signature/i.test(name)) ?? '';
  const forms: Record<string, [Record<string, string>, Uint8Array]> = {
    'another key': [{ ...fields, key: other.upload.fields['key'] ?? '' }, photo],
    'a key outside of uploads/': [{ ...fields, key: `variants/${imageId}/320.webp` }, photo],
    'a key that leaves the folder': [{ ...fields, key: '../../etc/passwd' }, photo],
    'another content type': [{ ...fields, 'Content-Type': 'text/html' }, photo],
    'no signature': [Object.fromEntries(Object.entries(fields).filter(([name]) => name !== token)), photo],
    'another signature': [{ ...fields, [token]: `x${fields[token]?.slice(1)}` }, photo],
    'more than 5 MiB': [fields, new Uint8Array(MAX_UPLOAD_BYTES + 1)],
    'an empty file': [fields, new Uint8Array(0)],
  };
  for (const [what, [changed, file]] of Object.entries(forms)) {
    const { status } = await upload(shop, { url: form.url, fields: changed }, file);
    assert.ok(status >= 400 && status < 500, `${what}: ${status}`);
  }
  const { body } = await ok(shop, 'getProduct', { params: { id } });
  assert.deepEqual(
    body.photos.map(({ state }) => state),
    ['AWAITING', 'AWAITING'],
  );
  // The form still is as good as it was.
  assert.ok((await upload(shop, form, photo)).status < 300);
  assert.equal((await finishedPhoto(shop, id, imageId)).state, 'READY');
};

/** The life of a photo. */
export const photos: Section = {
  about: 'Photos',
  rules: [
    {
      title:
        'When an upload form is asked for, then it allows one exact key and type for 5 minutes and the photo is AWAITING',
      run: async (shop) => {
        const { id } = await newProduct(shop);
        const { imageId, upload: form } = await requestUpload(shop, id, 'image/png');
        assert.equal(form.fields['key'], `uploads/${imageId}`);
        assert.equal(form.fields['Content-Type'], 'image/png');
        const seconds = (Date.parse(form.expiresAt) - Date.now()) / 1000;
        assert.ok(seconds > 290 && seconds <= 301, `${seconds} s`);
        const { body } = await ok(shop, 'getProduct', { params: { id } });
        assert.deepEqual(body.photos, [{ id: imageId, state: 'AWAITING', reason: null, variants: [] }]);
        await refused(shop, 'getPhoto', { params: { imageId, variant: '320.webp' } }, 'not-found');
      },
    },
    {
      title:
        'When a photo is uploaded with its form, then it is READY with both variants in their width and ratio, without metadata',
      run: async (shop) => {
        for (const type of ['jpeg', 'png', 'webp'] as const) {
          const drawn = await drawPhoto(1200, 900, type);
          const withPlace = await sharp(drawn)
            .withExif({ IFD0: { Copyright: 'somebody' } })
            .toBuffer();
          const { photo } = await uploaded(shop, withPlace, `image/${type}`);
          assert.deepEqual([photo.state, photo.reason], ['READY', null]);
          const sizes = photo.variants
            .map(({ width, height }) => [width, height])
            .sort(([a = 0], [b = 0]) => a - b);
          assert.deepEqual(sizes, [
            [320, 240],
            [800, 600],
          ]);
          for (const { url, width, height } of photo.variants) {
            const answer = await send(shop, 'images', 'GET', url);
            assert.equal(answer.headers['content-type'], 'image/webp');
            assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
            const read = await sharp(answer.bytes).metadata();
            assert.deepEqual(
              [read.format, read.width, read.height, read.exif],
              ['webp', width, height, undefined],
            );
          }
        }
      },
    },
    {
      title:
        'When variants are read by their route, then the reply is as its row says, and another size is refused',
      run: async (shop) => {
        const { imageId } = await uploaded(shop, await drawPhoto(900, 500));
        for (const variant of ['320.webp', '800.webp']) {
          const answer = await call(shop, 'getPhoto', { params: { imageId, variant } });
          assert.equal(answer.status, 200);
        }
        for (const variant of ['640.webp', '320.jpg', '320', '320.webp%00'])
          await refused(shop, 'getPhoto', { params: { imageId, variant } }, 'validation');
      },
    },
    {
      title: 'When a photo is small, then it is not enlarged',
      run: async (shop) => {
        const { photo } = await uploaded(shop, await drawPhoto(200, 100));
        assert.deepEqual(
          photo.variants.map(({ width, height }) => [width, height]),
          [
            [200, 100],
            [200, 100],
          ],
        );
      },
    },
    {
      title:
        'When an upload is no image, an SVG, or of another type than was said, then the photo is REJECTED',
      run: async (shop) => {
        await rejectedFor(
          shop,
          Buffer.from('hello, this is text and no photo'),
          'image/jpeg',
          'not-an-image',
        );
        await rejectedFor(shop, Buffer.from(SVG), 'image/png', 'not-an-image');
        await rejectedFor(shop, await drawPhoto(40, 30, 'png'), 'image/jpeg', 'wrong-type');
        const cut = (await drawPhoto(800, 600)).subarray(0, 300);
        await rejectedFor(shop, cut, 'image/jpeg', 'not-an-image');
      },
    },
    {
      title: 'When a small file holds more than 24 megapixels, then the photo is REJECTED',
      run: async (shop) => {
        const huge = await sharp({ create: { width: 6001, height: 4000, channels: 3, background: '#fff' } })
          .png()
          .toBuffer();
        await rejectedFor(shop, huge, 'image/png', 'too-many-pixels');
      },
    },
    {
      title:
        'When a form was changed, or the file is empty or too large, then the upload is refused and the form stays good',
      run: refusedUploads,
    },
    {
      title: 'When a form is used again after the photo is READY, then the photo stays as it is',
      run: async (shop) => {
        const { productId, imageId, form, photo } = await uploaded(shop, await drawPhoto(400, 300));
        await upload(shop, form, await drawPhoto(1000, 1000));
        assert.deepEqual(await finishedPhoto(shop, productId, imageId), photo);
      },
    },
  ],
};
