import * as routes from '@duet/shared/contract/rows.ts';
import { SetStockInput } from '@duet/shared/inventory/schema.ts';
import type { SetStock } from '@duet/shared/inventory/set-stock.ts';
import { etagOf } from '@duet/shared/kernel/etag.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, type HttpHandler, ifMatchOf, json, paramsOf } from '../edge/json.ts';

/** PUT /products/{id}/stock on Lambda. */
export const setStock =
  (run: SetStock): HttpHandler =>
  async (event) => {
    const { id } = paramsOf(routes.setStock, event);
    const input = parse(SetStockInput, bodyOf(event));
    const product = await run(id, ifMatchOf(event), input);
    return json(200, product, { etag: etagOf(product.version) });
  };
