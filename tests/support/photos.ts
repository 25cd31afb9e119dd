import type { PhotoView, UploadForm, UploadReply } from '@duet/shared/images/schema.ts';
import sharp from 'sharp';
import { newKey } from './goods.ts';
import { administrator } from './people.ts';
import { ok, type Shop } from './shop.ts';
import { until } from './until.ts';
import type { WireReply } from './wire.ts';

/** Draws a photo: two colours and a circle, so that it is a picture and not one flat tile. Size in pixels. */
export const drawPhoto = (
  width: number,
  height: number,
  type: 'jpeg' | 'png' | 'webp' = 'jpeg',
): Promise<Buffer> => {
  const circle = Buffer.from(
    `<svg width="${width}" height="${height}"><rect width="100%" height="50%" fill="#27a"/>
     <circle cx="${width / 2}" cy="${height / 2}" r="${Math.min(width, height) / 3}" fill="#fc3"/></svg>`,
  );
  return sharp({ create: { width, height, channels: 3, background: '#9cb' } })
    .composite([{ input: circle }])
    .toFormat(type)
    .toBuffer();
};

/** Asks for an upload form for a product. */
export const requestUpload = async (
  shop: Shop,
  productId: string,
  contentType = 'image/jpeg',
): Promise<UploadReply> => {
  const { token } = await administrator(shop);
  const options = { token, key: newKey(), params: { id: productId }, body: { contentType } };
  return (await ok(shop, 'requestUpload', options)).body;
};

/** Sends a file with an upload form used just as it was given: POST its fields, then the part `file`, to its URL. */
export const upload = async (
  shop: Shop,
  form: Pick<UploadForm, 'url' | 'fields'>,
  file: Uint8Array,
): Promise<WireReply> => {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  data.append('file', new Blob([new Uint8Array(file)]), 'photo');
  const encoded = new Response(data);
  const url = new URL(form.url);
  return shop.wire(url.origin, {
    method: 'POST',
    target: url.pathname + url.search,
    headers: [['content-type', encoded.headers.get('content-type') ?? '']],
    body: new Uint8Array(await encoded.arrayBuffer()),
  });
};

/** Waits until a photo of a product is READY or REJECTED. */
export const finishedPhoto = (shop: Shop, productId: string, imageId: string): Promise<PhotoView> =>
  until(`photo ${imageId} finished`, async () => {
    const { body } = await ok(shop, 'getProduct', { params: { id: productId } });
    const photo = body.photos.find(({ id }) => id === imageId);
    return photo?.state === 'READY' || photo?.state === 'REJECTED' ? photo : undefined;
  });
