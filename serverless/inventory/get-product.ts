import * as routes from '@duet/shared/contract/rows.ts';
import type { GetProduct } from '@duet/shared/inventory/get-product.ts';
import { etagOf } from '@duet/shared/kernel/etag.ts';
import { type HttpHandler, json, paramsOf } from '../edge/json.ts';

/** GET /products/{id} on Lambda. */
export const getProduct =
  (run: GetProduct): HttpHandler =>
  async (event) => {
    const { id } = paramsOf(routes.getProduct, event);
    const product = await run(id);
    return json(200, product, { etag: etagOf(product.version) });
  };
