import { makeOrderStore } from '@duet/shared/adapters/dynamodb/order-store.ts';
import { makeOutboxStore } from '@duet/shared/adapters/dynamodb/outbox-store.ts';
import { newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { makeDrainEvents } from '@duet/shared/events/drain-events.ts';
import type { EventType } from '@duet/shared/events/event.ts';
import { type Committed, INBOX_MS, type OutboxStore } from '@duet/shared/events/ports.ts';
import type { GoOn } from '@duet/shared/events/relay-events.ts';
import { makeCancelOrder } from '@duet/shared/orders/cancel-order.ts';
import { makeGetOrder } from '@duet/shared/orders/get-order.ts';
import { makeListOrders } from '@duet/shared/orders/list-orders.ts';
import { makePlaceOrder } from '@duet/shared/orders/place-order.ts';
import type { OrderStore } from '@duet/shared/orders/ports.ts';
import { makeSettleOrder } from '@duet/shared/orders/settle-order.ts';
import { makeSweepOrders } from '@duet/shared/orders/sweep-orders.ts';
import { type Access, composeAccess, composeRelay, tableOf } from '../edge/compose.ts';
import { makeFreshEvents } from '../edge/fresh-events.ts';
import type { FunctionLog } from '../edge/log.ts';

const ordersIn = async (access: Access, committed: Committed): Promise<OrderStore> => {
  if ('pool' in access) {
    const postgres = await import('@duet/shared/adapters/postgres/order-store.ts');
    return postgres.makeOrderStore({ pool: access.pool, committed });
  }
  return makeOrderStore({ client: access.client, table: tableOf('ORDERS_TABLE'), committed });
};

const outboxIn = async (access: Access): Promise<OutboxStore> => {
  if ('pool' in access) {
    const postgres = await import('@duet/shared/adapters/postgres/outbox-store.ts');
    return postgres.makeOutboxStore({ pool: access.pool });
  }
  return makeOutboxStore({ client: access.client, table: tableOf('ORDERS_TABLE') });
};

const system = { clock: systemClock, newId: newUuid };

/** Orders for functions that only read. */
const reading = async (log: FunctionLog) => ({
  orders: await ordersIn(await composeAccess('ORDERS_DATABASE_URL', log), () => {}),
});

/** Orders whose events are relayed before the invocation ends. */
const emitting = async (log: FunctionLog, types: readonly EventType[]) => {
  const access = await composeAccess('ORDERS_DATABASE_URL', log);
  const fresh = makeFreshEvents(log);
  const [orders, outbox] = await Promise.all([ordersIn(access, fresh.committed), outboxIn(access)]);
  fresh.through(composeRelay(outbox, types, log));
  return { orders, fresh };
};

/** What POST /orders runs. */
export const composePlaceOrder = async (log: FunctionLog) => {
  const { orders, fresh } = await emitting(log, ['order-placed']);
  return fresh.over(makePlaceOrder({ orders, ...system }));
};

/** What GET /orders runs. */
export const composeListOrders = async (log: FunctionLog) => makeListOrders(await reading(log));

/** What GET /orders/{id} runs. */
export const composeGetOrder = async (log: FunctionLog) => makeGetOrder(await reading(log));

/** What POST /orders/{id}/cancel runs. */
export const composeCancelOrder = async (log: FunctionLog) => {
  const { orders, fresh } = await emitting(log, ['order-closed']);
  return fresh.over(makeCancelOrder({ orders, ...system }));
};

/** What consumes stock-reserved and stock-rejected, and `settle` for after a batch. */
export const composeSettleOrder = async (log: FunctionLog) => {
  const { orders, fresh } = await emitting(log, ['order-closed']);
  return { run: makeSettleOrder({ orders, ...system }), settle: fresh.settle };
};

/** What the schedule runs over PENDING orders; it also forgets old event ids where the store does not do so itself. */
export const composeSweepOrders = async (log: FunctionLog) => {
  const { orders, fresh } = await emitting(log, ['order-placed', 'order-closed']);
  const sweep = makeSweepOrders({ orders, ...system });
  return fresh.over(async (goOn?: GoOn) => {
    await orders.forgetInbox(systemClock() - INBOX_MS);
    return sweep(goOn);
  });
};

/** What the schedule runs over the outbox. */
export const composeRelayOrderEvents = async (log: FunctionLog) => {
  const outbox = await outboxIn(await composeAccess('ORDERS_DATABASE_URL', log));
  const relay = composeRelay(outbox, ['order-placed', 'order-closed'], log);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  return makeDrainEvents({ relay, clock: systemClock, wait });
};
