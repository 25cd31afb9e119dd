import * as routes from '@duet/shared/contract/rows.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import type { PlaceOrder } from '@duet/shared/orders/place-order.ts';
import { PlaceOrderInput } from '@duet/shared/orders/schema.ts';
import { userOf } from '../edge/authenticate.ts';
import { bodyOf, created, type HttpHandler, idempotencyOf } from '../edge/json.ts';

/** POST /orders on Lambda. */
export const placeOrder =
  (run: PlaceOrder): HttpHandler =>
  async (event) => {
    const input = parse(PlaceOrderInput, bodyOf(event));
    return created(await run(userOf(event), input, idempotencyOf(routes.placeOrder, event, input)));
  };
