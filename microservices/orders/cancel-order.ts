import { routes } from '@duet/shared/contract/routes.ts';
import type { CancelOrder } from '@duet/shared/orders/cancel-order.ts';
import { userOf } from '../edge/authenticate.ts';
import { type HttpHandler, json, paramsOf } from '../edge/json.ts';

/** POST /orders/{id}/cancel on Express. */
export const cancelOrder =
  (run: CancelOrder): HttpHandler =>
  async (req, res) => {
    const { id } = paramsOf(routes.cancelOrder, req);
    json(res, 200, await run(userOf(req), id));
  };
