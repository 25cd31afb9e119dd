import { setTimeout as sleep } from 'node:timers/promises';
import { atMost } from './at-most.ts';
import { confirmedUnits, type Evidence, foundOf } from './evidence.ts';
import type { Prepared } from './job.ts';
import type { Ledger } from './ledger.ts';
import type { FoundOrder, FoundProduct, ShopReader } from './read-shop.ts';

/** Requests at once: a shop that has just been under load is read with patience. */
const AT_ONCE = 8;

const PAUSE_MS = 100;

/** Reads again until it is as it should become, or time is over; gives what was read last. */
const readUntil = async <T>(
  read: () => Promise<T>,
  isDone: (seen: T) => boolean,
  end: number,
): Promise<T> => {
  for (;;) {
    const seen = await read();
    if (isDone(seen) || Date.now() >= end) return seen;
    await sleep(PAUSE_MS);
  }
};

const noPending = (orders: readonly FoundOrder[]): boolean =>
  orders.every(({ state }) => state !== 'PENDING');

const isFinal = (state: string): boolean => state === 'READY' || state === 'REJECTED';

/**
 * Reads what a run has left in a shop, and waits until it has settled: no order PENDING, no stock under way, no photo in work.
 * Gives what there is when that is not so by `end` (ms since the epoch).
 */
export const gatherEvidence = async (
  reader: ShopReader,
  prepared: Prepared,
  ledger: Ledger,
  end: number,
): Promise<Evidence> => {
  // A newcomer who sent no order has none; customers from before are all looked at.
  const buyers = new Set([...ledger.orders, ...ledger.unknownOrders].map(({ customer }) => customer));
  const customers = ledger.customers
    .map(({ token }, index) => ({ token, index, newest: prepared.customers[index]?.newest ?? null }))
    .filter(({ index }) => index < prepared.customers.length || buyers.has(index));
  const listed = new Map(
    await atMost(AT_ONCE, customers, async ({ token, index, newest }) => {
      const orders = await readUntil(() => reader.ordersOf(token, newest), noPending, end);
      return [index, orders] as const;
    }),
  );
  const known = new Set([...listed.values()].flatMap((orders) => orders.map(({ id }) => id)));
  const missing = ledger.orders.filter(({ id }) => !known.has(id));
  const unlisted = new Map(
    await atMost(AT_ONCE, missing, async ({ id, customer }) => {
      return [id, await reader.order(ledger.customers[customer]?.token ?? '', id)] as const;
    }),
  );

  const units = confirmedUnits(foundOf({ listed, unlisted }));
  const products = await atMost(AT_ONCE, prepared.products, ({ id, held }) => {
    const should = held + (units.get(id) ?? 0);
    const isDone = (product: FoundProduct | undefined) =>
      product === undefined || product.stock.held === should;
    return readUntil(() => reader.product(id), isDone, end);
  });

  const pictured = [...new Set(ledger.photos.map(({ product }) => product))];
  const uploaded = new Set(ledger.photos.map(({ id }) => id));
  const photos = await atMost(AT_ONCE, pictured, async (id) => {
    const statesOf = (product: FoundProduct | undefined) =>
      product?.photos.filter((photo) => uploaded.has(photo.id)) ?? [];
    const isDone = (product: FoundProduct | undefined) =>
      statesOf(product).every(({ state }) => isFinal(state));
    return statesOf(await readUntil(() => reader.product(id), isDone, end));
  });
  const states = new Map(photos.flat().map(({ id, state }) => [id, state]));
  return { prepared, ledger, listed, unlisted, products, photos: states };
};
