import type { GetJwks } from '@duet/shared/auth/get-jwks.ts';
import * as routes from '@duet/shared/contract/rows.ts';
import { type HttpHandler, json } from '../edge/json.ts';

/** GET /.well-known/jwks.json on Lambda. */
export const getJwks =
  (run: GetJwks): HttpHandler =>
  async () => {
    return json(200, await run(), routes.getJwks.success.headers);
  };
