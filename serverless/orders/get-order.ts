import * as routes from '@duet/shared/contract/rows.ts';
import type { GetOrder } from '@duet/shared/orders/get-order.ts';
import { userOf } from '../edge/authenticate.ts';
import { type HttpHandler, json, paramsOf } from '../edge/json.ts';

/** GET /orders/{id} on Lambda. */
export const getOrder =
  (run: GetOrder): HttpHandler =>
  async (event) => {
    const { id } = paramsOf(routes.getOrder, event);
    return json(200, await run(userOf(event), id));
  };
