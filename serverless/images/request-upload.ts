import * as routes from '@duet/shared/contract/rows.ts';
import type { RequestUpload } from '@duet/shared/images/request-upload.ts';
import { RequestUploadInput } from '@duet/shared/images/schema.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, created, type HttpHandler, idempotencyOf, paramsOf } from '../edge/json.ts';

/** POST /products/{id}/images on Lambda. */
export const requestUpload =
  (run: RequestUpload): HttpHandler =>
  async (event) => {
    const { id } = paramsOf(routes.requestUpload, event);
    const input = parse(RequestUploadInput, bodyOf(event));
    return created(await run(id, input, idempotencyOf(routes.requestUpload, event, input)));
  };
