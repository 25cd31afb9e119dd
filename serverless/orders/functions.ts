import * as routes from '@duet/shared/contract/rows.ts';
import { composeAuthenticate } from '../edge/compose.ts';
import { eventFunction } from '../edge/event-function.ts';
import { httpFunction } from '../edge/http-function.ts';
import { queueFunction } from '../edge/queue-function.ts';
import { cancelOrder as cancelOrderHandler } from './cancel-order.ts';
import {
  composeCancelOrder,
  composeGetOrder,
  composeListOrders,
  composePlaceOrder,
  composeRelayOrderEvents,
  composeSettleOrder,
  composeSweepOrders,
} from './compose.ts';
import { getOrder as getOrderHandler } from './get-order.ts';
import { listOrders as listOrdersHandler } from './list-orders.ts';
import { placeOrder as placeOrderHandler } from './place-order.ts';
import { relayOrderEvents as relayOrderEventsHandler } from './relay-order-events.ts';
import { settleOrder as settleOrderHandler } from './settle-order.ts';
import { sweepOrders as sweepOrdersHandler } from './sweep-orders.ts';

/** POST /orders */
export const placeOrder = /* @__PURE__ */ httpFunction('placeOrder', routes.placeOrder, async (log) => ({
  authenticate: composeAuthenticate(),
  handler: placeOrderHandler(await composePlaceOrder(log)),
}));

/** GET /orders */
export const listOrders = /* @__PURE__ */ httpFunction('listOrders', routes.listOrders, async (log) => ({
  authenticate: composeAuthenticate(),
  handler: listOrdersHandler(await composeListOrders(log)),
}));

/** GET /orders/{id} */
export const getOrder = /* @__PURE__ */ httpFunction('getOrder', routes.getOrder, async (log) => ({
  authenticate: composeAuthenticate(),
  handler: getOrderHandler(await composeGetOrder(log)),
}));

/** POST /orders/{id}/cancel */
export const cancelOrder = /* @__PURE__ */ httpFunction('cancelOrder', routes.cancelOrder, async (log) => ({
  authenticate: composeAuthenticate(),
  handler: cancelOrderHandler(await composeCancelOrder(log)),
}));

/** The queue of stock-reserved and stock-rejected. */
export const settleOrder = /* @__PURE__ */ queueFunction('settleOrder', async (log) => {
  const { run, settle } = await composeSettleOrder(log);
  return { handlers: settleOrderHandler(run), settle };
});

/** Every minute. */
export const sweepOrders = /* @__PURE__ */ eventFunction('sweepOrders', async (log) =>
  sweepOrdersHandler(await composeSweepOrders(log), log),
);

/** Every minute. */
export const relayOrderEvents = /* @__PURE__ */ eventFunction('relayOrderEvents', async (log) =>
  relayOrderEventsHandler(await composeRelayOrderEvents(log), log),
);
