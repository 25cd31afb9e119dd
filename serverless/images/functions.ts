import * as routes from '@duet/shared/contract/rows.ts';
import { composeAuthenticate } from '../edge/compose.ts';
import { eventFunction } from '../edge/event-function.ts';
import { httpFunction } from '../edge/http-function.ts';
import { composeGetPhoto, composeRequestUpload, composeResizeImage, composeSweepImages } from './compose.ts';
import { getPhoto as getPhotoHandler } from './get-photo.ts';
import { requestUpload as requestUploadHandler } from './request-upload.ts';
import { resizeImage as resizeImageHandler } from './resize-image.ts';
import { sweepImages as sweepImagesHandler } from './sweep-images.ts';

/** POST /products/{id}/images */
export const requestUpload = /* @__PURE__ */ httpFunction(
  'requestUpload',
  routes.requestUpload,
  async (log) => ({
    authenticate: composeAuthenticate(),
    handler: requestUploadHandler(await composeRequestUpload(log)),
  }),
);

/** GET /images/{imageId}/{variant} */
export const getPhoto = /* @__PURE__ */ httpFunction('getPhoto', routes.getPhoto, async (log) => ({
  handler: getPhotoHandler(await composeGetPhoto(log)),
}));

/** ObjectCreated under uploads/ in the photos' bucket. */
export const resizeImage = /* @__PURE__ */ eventFunction('resizeImage', async (log) =>
  resizeImageHandler(await composeResizeImage(log), log),
);

/** Every minute. */
export const sweepImages = /* @__PURE__ */ eventFunction('sweepImages', async (log) =>
  sweepImagesHandler(await composeSweepImages(log), log),
);
