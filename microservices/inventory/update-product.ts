import { routes } from '@duet/shared/contract/routes.ts';
import { UpdateProductInput } from '@duet/shared/inventory/schema.ts';
import type { UpdateProduct } from '@duet/shared/inventory/update-product.ts';
import { etagOf } from '@duet/shared/kernel/etag.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, type HttpHandler, ifMatchOf, json, paramsOf } from '../edge/json.ts';

/** PUT /products/{id} on Express. */
export const updateProduct =
  (run: UpdateProduct): HttpHandler =>
  async (req, res) => {
    const { id } = paramsOf(routes.updateProduct, req);
    const input = parse(UpdateProductInput, bodyOf(req));
    const product = await run(id, ifMatchOf(req), input);
    json(res, 200, product, { etag: etagOf(product.version) });
  };
