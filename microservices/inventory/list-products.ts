import { routes } from '@duet/shared/contract/routes.ts';
import type { ListProducts } from '@duet/shared/inventory/list-products.ts';
import { type HttpHandler, json, queryOf } from '../edge/json.ts';

/** GET /products on Express. */
export const listProducts =
  (run: ListProducts): HttpHandler =>
  async (req, res) => {
    const query = queryOf(routes.listProducts, req);
    json(res, 200, await run(query));
  };
