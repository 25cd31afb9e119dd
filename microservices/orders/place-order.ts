import { routes } from '@duet/shared/contract/routes.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import type { PlaceOrder } from '@duet/shared/orders/place-order.ts';
import { PlaceOrderInput } from '@duet/shared/orders/schema.ts';
import { userOf } from '../edge/authenticate.ts';
import { bodyOf, created, type HttpHandler, idempotencyOf } from '../edge/json.ts';

/** POST /orders on Express. */
export const placeOrder =
  (run: PlaceOrder): HttpHandler =>
  async (req, res) => {
    const input = parse(PlaceOrderInput, bodyOf(req));
    created(res, await run(userOf(req), input, idempotencyOf(routes.placeOrder, req, input)));
  };
