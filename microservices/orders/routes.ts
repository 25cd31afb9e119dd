import { routes } from '@duet/shared/contract/routes.ts';
import type { CancelOrder } from '@duet/shared/orders/cancel-order.ts';
import type { GetOrder } from '@duet/shared/orders/get-order.ts';
import type { ListOrders } from '@duet/shared/orders/list-orders.ts';
import type { PlaceOrder } from '@duet/shared/orders/place-order.ts';
import type { Served } from '../edge/app.ts';
import { cancelOrder } from './cancel-order.ts';
import { getOrder } from './get-order.ts';
import { listOrders } from './list-orders.ts';
import { placeOrder } from './place-order.ts';

/** The use cases that this service serves. */
export type OrdersUseCases = {
  readonly placeOrder: PlaceOrder;
  readonly listOrders: ListOrders;
  readonly getOrder: GetOrder;
  readonly cancelOrder: CancelOrder;
};

/** The orders service's rows of the contract. */
export const ordersRoutes = (run: OrdersUseCases): Served[] => [
  { route: routes.placeOrder, handler: placeOrder(run.placeOrder) },
  { route: routes.listOrders, handler: listOrders(run.listOrders) },
  { route: routes.getOrder, handler: getOrder(run.getOrder) },
  { route: routes.cancelOrder, handler: cancelOrder(run.cancelOrder) },
];
