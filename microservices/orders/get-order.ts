import { routes } from '@duet/shared/contract/routes.ts';
import type { GetOrder } from '@duet/shared/orders/get-order.ts';
import { userOf } from '../edge/authenticate.ts';
import { type HttpHandler, json, paramsOf } from '../edge/json.ts';

/** GET /orders/{id} on Express. */
export const getOrder =
  (run: GetOrder): HttpHandler =>
  async (req, res) => {
    const { id } = paramsOf(routes.getOrder, req);
    json(res, 200, await run(userOf(req), id));
  };
