import { routes } from '@duet/shared/contract/routes.ts';
import type { RequestUpload } from '@duet/shared/images/request-upload.ts';
import { RequestUploadInput } from '@duet/shared/images/schema.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, created, type HttpHandler, idempotencyOf, paramsOf } from '../edge/json.ts';

/** POST /products/{id}/images on Express. */
export const requestUpload =
  (run: RequestUpload): HttpHandler =>
  async (req, res) => {
    const { id } = paramsOf(routes.requestUpload, req);
    const input = parse(RequestUploadInput, bodyOf(req));
    created(res, await run(id, input, idempotencyOf(routes.requestUpload, req, input)));
  };
