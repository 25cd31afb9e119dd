import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import type { SharedStack } from '../support/shared-stack.ts';

/** Events handled so far by each service that receives some, and reservations. */
export type Handled = { readonly inventory: number; readonly orders: number; readonly reservations: number };

/** Asks a service's database as its superuser, inside of its container. */
const ask = async ({ compose }: SharedStack, database: string, sql: string): Promise<string> => {
  const psql = ['psql', '--username=postgres', `--dbname=${database}`, '--no-align', '--tuples-only'];
  return (await compose(['exec', '-T', 'postgres', ...psql, '--command', sql])).stdout.trim();
};

const countOf = async (stack: SharedStack, database: string, table: string): Promise<number> =>
  Number(await ask(stack, database, `select count(*) from ${table}`));

/** Counts, from the rows that each service writes in the transaction of an event's effect. */
export const eventsHandled = async (stack: SharedStack): Promise<Handled> => ({
  inventory: await countOf(stack, 'inventory', 'inbox'),
  orders: await countOf(stack, 'orders', 'inbox'),
  reservations: await countOf(stack, 'inventory', 'reservations'),
});

/** Waits until no event waits to be sent. */
export const untilSent = async (stack: SharedStack): Promise<void> => {
  for (const database of ['orders', 'inventory'])
    await until(
      `the outbox of ${database} empty`,
      async () => ((await countOf(stack, database, 'outbox')) === 0 ? true : undefined),
      { withinMs: 30_000, everyMs: 200 },
    );
};

/**
 * Holds what happened since `before` against the orders that were placed meanwhile, all of them confirmed: each was told to
 * inventory once, reserved once, and told back once.
 */
export const assertHandledOnce = async (
  stack: SharedStack,
  before: Handled,
  orderIds: readonly string[],
): Promise<void> => {
  await untilSent(stack);
  const after = await eventsHandled(stack);
  const since = {
    inventory: after.inventory - before.inventory,
    orders: after.orders - before.orders,
    reservations: after.reservations - before.reservations,
  };
  const placed = orderIds.length;
  assert.deepEqual(since, { inventory: placed, orders: placed, reservations: placed });
  const list = orderIds.map((id) => `'${id}'`).join(',');
  const held = `select count(*) from reservations where state = 'HELD' and order_id in (${list})`;
  assert.equal(Number(await ask(stack, 'inventory', held)), placed);
};
