import { routes } from '@duet/shared/contract/routes.ts';
import type { GetProduct } from '@duet/shared/inventory/get-product.ts';
import { etagOf } from '@duet/shared/kernel/etag.ts';
import { type HttpHandler, json, paramsOf } from '../edge/json.ts';

/** GET /products/{id} on Express. */
export const getProduct =
  (run: GetProduct): HttpHandler =>
  async (req, res) => {
    const { id } = paramsOf(routes.getProduct, req);
    const product = await run(id);
    json(res, 200, product, { etag: etagOf(product.version) });
  };
