import type { Route } from './route.ts';
import * as rows from './rows.ts';

/** The contract: every route of the shop, the same on both stacks. Documents, clients, tests and edges derive from it. */
export const routes = {
  registerAccount: rows.registerAccount,
  logIn: rows.logIn,
  refreshSession: rows.refreshSession,
  getJwks: rows.getJwks,
  listProducts: rows.listProducts,
  createProduct: rows.createProduct,
  getProduct: rows.getProduct,
  updateProduct: rows.updateProduct,
  setStock: rows.setStock,
  requestUpload: rows.requestUpload,
  getPhoto: rows.getPhoto,
  placeOrder: rows.placeOrder,
  listOrders: rows.listOrders,
  getOrder: rows.getOrder,
  cancelOrder: rows.cancelOrder,
} as const satisfies Record<keyof typeof rows, Route>;

/** The key of a route: its use case in camel case. */
export type RouteKey = keyof typeof routes;

/** The rows in the order of the contract. */
export const allRoutes: readonly Route[] = Object.values(routes);
