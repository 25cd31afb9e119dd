import { routes } from '@duet/shared/contract/routes.ts';
import type { GetPhoto } from '@duet/shared/images/get-photo.ts';
import { type HttpHandler, paramsOf, send } from '../edge/json.ts';

/** GET /images/{imageId}/{variant} on Express. */
export const getPhoto =
  (run: GetPhoto): HttpHandler =>
  async (req, res) => {
    const photo = await run(paramsOf(routes.getPhoto, req));
    const { mediaType, headers } = routes.getPhoto.success;
    send(res, 200, photo, { 'content-type': mediaType, ...headers });
  };
