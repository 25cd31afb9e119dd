import * as routes from '@duet/shared/contract/rows.ts';
import { composeAuthenticate } from '../edge/compose.ts';
import { eventFunction } from '../edge/event-function.ts';
import { httpFunction } from '../edge/http-function.ts';
import { queueFunction } from '../edge/queue-function.ts';
import {
  composeCreateProduct,
  composeGetProduct,
  composeListProducts,
  composeRelayInventoryEvents,
  composeReleaseStock,
  composeReserveStock,
  composeSetStock,
  composeUpdateProduct,
} from './compose.ts';
import { createProduct as createProductHandler } from './create-product.ts';
import { getProduct as getProductHandler } from './get-product.ts';
import { listProducts as listProductsHandler } from './list-products.ts';
import { relayInventoryEvents as relayInventoryEventsHandler } from './relay-inventory-events.ts';
import { releaseStock as releaseStockHandler } from './release-stock.ts';
import { reserveStock as reserveStockHandler } from './reserve-stock.ts';
import { setStock as setStockHandler } from './set-stock.ts';
import { updateProduct as updateProductHandler } from './update-product.ts';

/** GET /products */
export const listProducts = /* @__PURE__ */ httpFunction(
  'listProducts',
  routes.listProducts,
  async (log) => ({
    handler: listProductsHandler(await composeListProducts(log)),
  }),
);

/** POST /products */
export const createProduct = /* @__PURE__ */ httpFunction(
  'createProduct',
  routes.createProduct,
  async (log) => ({
    authenticate: composeAuthenticate(),
    handler: createProductHandler(await composeCreateProduct(log)),
  }),
);

/** GET /products/{id} */
export const getProduct = /* @__PURE__ */ httpFunction('getProduct', routes.getProduct, async (log) => ({
  handler: getProductHandler(await composeGetProduct(log)),
}));

/** PUT /products/{id} */
export const updateProduct = /* @__PURE__ */ httpFunction(
  'updateProduct',
  routes.updateProduct,
  async (log) => ({
    authenticate: composeAuthenticate(),
    handler: updateProductHandler(await composeUpdateProduct(log)),
  }),
);

/** PUT /products/{id}/stock */
export const setStock = /* @__PURE__ */ httpFunction('setStock', routes.setStock, async (log) => ({
  authenticate: composeAuthenticate(),
  handler: setStockHandler(await composeSetStock(log)),
}));

/** The queue of order-placed. */
export const reserveStock = /* @__PURE__ */ queueFunction('reserveStock', async (log) => {
  const { run, settle } = await composeReserveStock(log);
  return { handlers: reserveStockHandler(run), settle };
});

/** The queue of order-closed. */
export const releaseStock = /* @__PURE__ */ queueFunction('releaseStock', async (log) => ({
  handlers: releaseStockHandler(await composeReleaseStock(log)),
}));

/** Every minute. */
export const relayInventoryEvents = /* @__PURE__ */ eventFunction('relayInventoryEvents', async (log) =>
  relayInventoryEventsHandler(await composeRelayInventoryEvents(log), log),
);
