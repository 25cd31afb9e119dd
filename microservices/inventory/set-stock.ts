import { routes } from '@duet/shared/contract/routes.ts';
import { SetStockInput } from '@duet/shared/inventory/schema.ts';
import type { SetStock } from '@duet/shared/inventory/set-stock.ts';
import { etagOf } from '@duet/shared/kernel/etag.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { bodyOf, type HttpHandler, ifMatchOf, json, paramsOf } from '../edge/json.ts';

/** PUT /products/{id}/stock on Express. */
export const setStock =
  (run: SetStock): HttpHandler =>
  async (req, res) => {
    const { id } = paramsOf(routes.setStock, req);
    const input = parse(SetStockInput, bodyOf(req));
    const product = await run(id, ifMatchOf(req), input);
    json(res, 200, product, { etag: etagOf(product.version) });
  };
