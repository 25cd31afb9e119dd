import { performance } from 'node:perf_hooks';
import { newKey, newProduct } from '../support/goods.ts';
import { newCustomer } from '../support/people.ts';
import { ok, type Shop } from '../support/shop.ts';
import { until } from '../support/until.ts';

/** Times from placing an order to reading it CONFIRMED, in ms. */
export type Latency = { readonly p50: number; readonly p90: number; readonly worst: number };

/** Orders that are not counted: they warm the stack up. */
const WARM_UP = 5;

/** Places orders one after another and reads each until it is CONFIRMED. */
export const measureConfirmation = async (shop: Shop, orders: number): Promise<Latency> => {
  const { token } = await newCustomer(shop);
  const { id: productId } = await newProduct(shop, { onHand: orders + WARM_UP });
  const times: number[] = [];
  for (let n = 0; n < orders + WARM_UP; n += 1) {
    const startedAt = performance.now();
    const body = { lines: [{ productId, quantity: 1 }] };
    const { id } = (await ok(shop, 'placeOrder', { token, key: newKey(), body })).body;
    await until(
      'order confirmed',
      async () => {
        const { state } = (await ok(shop, 'getOrder', { token, params: { id } })).body;
        return state === 'CONFIRMED' ? state : undefined;
      },
      { everyMs: 2 },
    );
    if (n >= WARM_UP) times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  return { p50: at(0.5), p90: at(0.9), worst: at(0.999) };
};
