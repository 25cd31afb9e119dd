import { makeOrderStore as makeDynamoOrders } from '@duet/shared/adapters/dynamodb/order-store.ts';
import { makeEventBus } from '@duet/shared/adapters/http/event-bus.ts';
import { makeFetchJwks } from '@duet/shared/adapters/http/jwks-source.ts';
import { makeOrderStore } from '@duet/shared/adapters/postgres/order-store.ts';
import { newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import { composeDynamo, composePostgres } from '../edge/compose.ts';
import type { Service, Tools } from '../edge/service.ts';
import { type OrdersAdapters, wireOrders } from './wire.ts';

const inPostgres = ({ log }: Tools): OrdersAdapters['makeStore'] => {
  const { pool, emitting } = composePostgres('orders', log);
  return (committed) => ({ ...emitting(), orders: makeOrderStore({ pool, committed }) });
};

const inDynamo = (): OrdersAdapters['makeStore'] => {
  const { at, emitting } = composeDynamo('ORDERS_TABLE');
  return (committed) => ({ ...emitting(), orders: makeDynamoOrders({ ...at, committed }) });
};

/** Composes the orders service from its environment. @throws ConfigError naming what is missing or wrong */
export const composeOrders = (tools: Tools): Service => {
  const config = readConfig({
    STORE: variables.STORE,
    AUTH_URL: variables.AUTH_URL,
    INVENTORY_URL: variables.INVENTORY_URL,
    TOKEN_ISSUER: variables.TOKEN_ISSUER,
  });
  const inventory = config.INVENTORY_URL;
  const adapters: OrdersAdapters = {
    makeStore: config.STORE === 'postgres' ? inPostgres(tools) : inDynamo(),
    makeBus: (token) =>
      makeEventBus({ subscribers: { 'order-placed': inventory, 'order-closed': inventory }, token }),
    fetchAuthJwks: makeFetchJwks({ url: config.AUTH_URL + routes.getJwks.path }),
    fetchInventoryJwks: makeFetchJwks({ url: inventory + routes.getJwks.path }),
    issuer: config.TOKEN_ISSUER,
    clock: systemClock,
    newId: newUuid,
  };
  return wireOrders(adapters, tools);
};
