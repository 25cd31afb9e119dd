import { afterAll, beforeAll, expect, it } from 'vitest';
import { scale } from '../../local/containers/scale.ts';
import { assertStock, settledOrders } from '../faults/accounts-of-stock.ts';
import { newProduct } from '../support/goods.ts';
import { drawPhoto, finishedPhoto, requestUpload, upload } from '../support/photos.ts';
import { ok } from '../support/shop.ts';
import { until } from '../support/until.ts';
import { watchEnds } from './load/container-ends.ts';
import { assertHandledOnce, eventsHandled, untilSent } from './load/event-accounts.ts';
import { makeOperator, type Operator, type Service } from './load/operator.ts';
import { underLoad } from './load/rolling.ts';
import { makeShopShots } from './load/shop-shots.ts';
import { summaryOf } from './load/summary.ts';
import { describeStack } from './support/shared-stack.ts';

/** Each of three replicas serves at least this share of the requests: fair would be a third. */
const SHARE = 0.15;

describeStack('Scaling', (stack) => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await makeOperator(stack);
  });
  afterAll(async () => {
    await scale(operator.deps, stack.scale);
    operator.close();
  });

  /** Requests by container since `before`. */
  const servedSince = async (
    service: Service,
    before: ReadonlyMap<string, number>,
  ): Promise<readonly number[]> => {
    const now = await operator.served(service);
    return [...now].map(([name, requests]) => requests - (before.get(name) ?? 0));
  };

  it('When orders is scaled to 3 and back, then all three serve, no request fails, and no event is handled twice', async () => {
    const shots = await makeShopShots(operator.shop);
    await untilSent(stack);
    const before = await eventsHandled(stack);
    const first = shots.placed.length;
    const { ends, close } = await watchEnds(stack.project);
    let shares: readonly number[] = [];
    const results = await underLoad(stack.url, shots, async () => {
      await scale(operator.deps, { orders: 3 });
      const base = await operator.served('orders');
      shares = await until(
        'requests to three replicas',
        async () => {
          const counts = await servedSince('orders', base);
          return counts.reduce((sum, count) => sum + count, 0) >= 300 ? counts : undefined;
        },
        { withinMs: 60_000, everyMs: 200 },
      );
      await scale(operator.deps, { orders: 2 });
    }).finally(close);
    console.log('scaled', JSON.stringify({ shares, ...summaryOf(results) }));
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    expect(shares.length).toBe(3);
    const total = shares.reduce((sum, count) => sum + count, 0);
    for (const share of shares) expect(share / total).toBeGreaterThan(SHARE);
    expect(ends.map(({ service, exitCode }) => [service, exitCode])).toEqual([['orders', 0]]);

    const orders = await settledOrders(operator.shop, [shots.customer], 30_000);
    expect(orders.map(({ id }) => id).sort()).toEqual([...shots.placed].sort());
    expect(orders.every(({ state }) => state === 'CONFIRMED')).toBe(true);
    await assertStock(operator.shop, [shots.productId], orders);
    await assertHandledOnce(stack, before, shots.placed.slice(first));
  });

  it('When inventory is scaled to 3, then each of the replicas has the photos that another one received', async () => {
    const { shop } = operator;
    await scale(operator.deps, { inventory: 3 });
    const { id } = await newProduct(shop);
    const { imageId, upload: form } = await requestUpload(shop, id);
    await upload(shop, form, await drawPhoto(900, 600));
    const { variants } = await finishedPhoto(shop, id, imageId);
    const variant = variants[0];
    if (!variant) throw new Error('the photo has no variants');
    const params = { imageId, variant: variant.url.split('/').at(-1) ?? '' };

    const before = await operator.served('inventory');
    const seen = new Set<string>();
    const counts = await until('photos from three replicas', async () => {
      const { bytes } = await ok(shop, 'getPhoto', { params });
      seen.add(bytes.toString('base64'));
      const served = await servedSince('inventory', before);
      return served.length === 3 && served.every((count) => count > 0) ? served : undefined;
    });
    expect(counts.length).toBe(3);
    expect(seen.size).toBe(1);
  });
});
