import { routes } from '@duet/shared/contract/routes.ts';
import type { ListOrders } from '@duet/shared/orders/list-orders.ts';
import { userOf } from '../edge/authenticate.ts';
import { type HttpHandler, json, queryOf } from '../edge/json.ts';

/** GET /orders on Express. */
export const listOrders =
  (run: ListOrders): HttpHandler =>
  async (req, res) => {
    const query = queryOf(routes.listOrders, req);
    json(res, 200, await run(userOf(req), query));
  };
