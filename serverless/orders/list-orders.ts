import * as routes from '@duet/shared/contract/rows.ts';
import type { ListOrders } from '@duet/shared/orders/list-orders.ts';
import { userOf } from '../edge/authenticate.ts';
import { type HttpHandler, json, queryOf } from '../edge/json.ts';

/** GET /orders on Lambda. */
export const listOrders =
  (run: ListOrders): HttpHandler =>
  async (event) => {
    const query = queryOf(routes.listOrders, event);
    return json(200, await run(userOf(event), query));
  };
