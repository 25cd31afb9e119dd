import * as routes from '@duet/shared/contract/rows.ts';
import type { GetPhoto } from '@duet/shared/images/get-photo.ts';
import { type HttpHandler, paramsOf, send } from '../edge/json.ts';

/** GET /images/{imageId}/{variant} on Lambda. */
export const getPhoto =
  (run: GetPhoto): HttpHandler =>
  async (event) => {
    const photo = await run(paramsOf(routes.getPhoto, event));
    const { mediaType, headers } = routes.getPhoto.success;
    return send(200, photo, { 'content-type': mediaType, ...headers });
  };
