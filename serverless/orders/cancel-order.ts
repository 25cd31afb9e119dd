import * as routes from '@duet/shared/contract/rows.ts';
import type { CancelOrder } from '@duet/shared/orders/cancel-order.ts';
import { userOf } from '../edge/authenticate.ts';
import { type HttpHandler, json, paramsOf } from '../edge/json.ts';

/** POST /orders/{id}/cancel on Lambda. */
export const cancelOrder =
  (run: CancelOrder): HttpHandler =>
  async (event) => {
    const { id } = paramsOf(routes.cancelOrder, event);
    return json(200, await run(userOf(event), id));
  };
