import * as routes from '@duet/shared/contract/rows.ts';
import { UpdateProductInput } from '@duet/shared/inventory/schema.ts';
import type { UpdateProduct } from '@duet/shared/inventory/update-product.ts';
import { etagOf } from '@duet/shared/kernel/etag.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, type HttpHandler, ifMatchOf, json, paramsOf } from '../edge/json.ts';

/** PUT /products/{id} on Lambda. */
export const updateProduct =
  (run: UpdateProduct): HttpHandler =>
  async (event) => {
    const { id } = paramsOf(routes.updateProduct, event);
    const input = parse(UpdateProductInput, bodyOf(event));
    const product = await run(id, ifMatchOf(event), input);
    return json(200, product, { etag: etagOf(product.version) });
  };
