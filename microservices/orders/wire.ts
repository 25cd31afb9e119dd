import type { EventBus } from '@duet/shared/events/ports.ts';
import { INBOX_MS } from '@duet/shared/events/ports.ts';
import { makeReceiveEvent } from '@duet/shared/events/receive-event.ts';
import { makeRelayEvents } from '@duet/shared/events/relay-events.ts';
import { makeVerifyAccess } from '@duet/shared/kernel/access.ts';
import { makePublicKeys } from '@duet/shared/kernel/jwks.ts';
import { makeCancelOrder } from '@duet/shared/orders/cancel-order.ts';
import { makeGetOrder } from '@duet/shared/orders/get-order.ts';
import { makeListOrders } from '@duet/shared/orders/list-orders.ts';
import { makePlaceOrder } from '@duet/shared/orders/place-order.ts';
import type { OrderStore } from '@duet/shared/orders/ports.ts';
import { makeSettleOrder } from '@duet/shared/orders/settle-order.ts';
import { makeSweepOrders } from '@duet/shared/orders/sweep-orders.ts';
import type { MakeEmittingStore, System } from '../edge/adapters.ts';
import { makeAuthenticate } from '../edge/authenticate.ts';
import { documents } from '../edge/documents.ts';
import { makeFreshEvents } from '../edge/fresh-events.ts';
import { keepKeys } from '../edge/keep-keys.ts';
import { hourly } from '../edge/loop.ts';
import { receiveEvents } from '../edge/receive-events.ts';
import type { Service, Tools } from '../edge/service.ts';
import { makeServiceIdentity } from '../edge/service-identity.ts';
import { relayOrderEvents } from './relay-order-events.ts';
import { ordersRoutes } from './routes.ts';
import { settleOrder } from './settle-order.ts';
import { sweepOrders } from './sweep-orders.ts';

/** What the orders service is built on. Only `compose.ts` knows which technologies these are. */
export type OrdersAdapters = System & {
  readonly makeStore: MakeEmittingStore<{ readonly orders: OrderStore }>;
  /** A bus to the inventory service. */
  readonly makeBus: (token: () => Promise<string>) => EventBus & { readonly close: () => Promise<void> };
  readonly fetchAuthJwks: () => Promise<unknown>;
  readonly fetchInventoryJwks: () => Promise<unknown>;
  /** Auth's name in access tokens. */
  readonly issuer: string;
};

/** Wires the orders service. */
export const wireOrders = (adapters: OrdersAdapters, tools: Tools): Service => {
  const { clock, newId } = adapters;
  const fresh = makeFreshEvents(tools.requestIds);
  const store = adapters.makeStore(fresh.committed);
  const { orders } = store;
  const identity = makeServiceIdentity({ name: 'orders', store: store.keys, clock, newId });
  const bus = adapters.makeBus(() => identity.tokenFor('inventory'));
  const relay = makeRelayEvents({
    outbox: store.outbox,
    bus: fresh.over(bus),
    clock,
    random: Math.random,
    log: tools.log,
  });
  const authKeys = makePublicKeys({ fetchJwks: adapters.fetchAuthJwks, clock });
  const verify = makeVerifyAccess({ keys: authKeys, clock, issuer: adapters.issuer });
  const deps = { orders, clock, newId };

  return {
    ...store,
    authenticate: makeAuthenticate({ verify }),
    served: ordersRoutes({
      placeOrder: makePlaceOrder(deps),
      listOrders: makeListOrders(deps),
      getOrder: makeGetOrder(deps),
      cancelOrder: makeCancelOrder(deps),
    }),
    extras: [
      receiveEvents({
        verify: identity.verifyFrom('inventory', adapters.fetchInventoryJwks),
        receive: makeReceiveEvent(settleOrder(makeSettleOrder(deps))),
        ...tools,
      }),
      identity.jwksRoute,
      ...documents(),
    ],
    start: () => {
      const relayLoop = relayOrderEvents(relay, tools.log);
      fresh.wakes(relayLoop);
      return [
        relayLoop,
        keepKeys(authKeys, tools.log),
        sweepOrders(makeSweepOrders(deps), tools.log),
        hourly('forget-inbox', () => orders.forgetInbox(clock() - INBOX_MS), tools.log),
        ...(store.listen ? [store.listen(fresh.noticed)] : []),
      ];
    },
    close: async () => {
      await bus.close();
      await store.close();
    },
  };
};
