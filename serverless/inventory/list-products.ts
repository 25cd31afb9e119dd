import * as routes from '@duet/shared/contract/rows.ts';
import type { ListProducts } from '@duet/shared/inventory/list-products.ts';
import { type HttpHandler, json, queryOf } from '../edge/json.ts';

/** GET /products on Lambda. */
export const listProducts =
  (run: ListProducts): HttpHandler =>
  async (event) => {
    const query = queryOf(routes.listProducts, event);
    return json(200, await run(query));
  };
