import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkInvariants } from '../../../compare/traffic/invariants.ts';
import type { Prepared, ShopJob } from '../../../compare/traffic/job.ts';
import { prepare } from '../../../compare/traffic/prepare.ts';
import { readMix } from '../../../compare/traffic/read-mix.ts';
import { makeShopTraffic } from '../../../compare/traffic/shop-traffic.ts';
import { openStack } from '../../support/stack-client.ts';
import { makeHttpWire } from '../../support/wire.ts';
import { makeRealEngine } from './real-engine.ts';
import { evenSchedule, jobOf } from './test-job.ts';

const MIX = readMix(
  '{"weights": {"browser": 4, "returning": 4, "buyer": 1, "newcomer": 1, "stockkeeper": 2, "photographer": 1}, "thinkSeconds": 0.1}',
);

/** Short, and of every kind of session. */
const LOAD: Partial<ShopJob> = { mix: MIX, rate: 30, warmUpSeconds: 1, durationSeconds: 2 };

describe('the traffic of a shop, on a real one', () => {
  const { wire, close } = makeHttpWire();
  let shop: Pick<Parameters<typeof prepare>[0], 'urls' | 'administrator'>;
  let first: Prepared;
  beforeAll(async () => {
    const { running } = await openStack(inject('stacksUrl'), 'microservices-postgres', wire);
    shop = { urls: running.origins, administrator: running.admin };
    first = await prepare(shop);
  }, 90_000);
  afterAll(close);

  const run = async (prepared: Prepared, change: Partial<ShopJob> = {}) => {
    const job = jobOf(prepared, { ...LOAD, urls: shop.urls, ...change });
    const { traffic, ledger } = makeShopTraffic(job, evenSchedule);
    const { engine, answers, settled, abandoned, close: closeEngine } = makeRealEngine();
    await traffic(engine);
    await closeEngine();
    // As it comes from the generator's process.
    return { answers, settled, abandoned: abandoned(), ledger: JSON.parse(JSON.stringify(ledger())) };
  };

  it('When a shop is used as planned, then all answers are as meant, and it has kept its rules', async () => {
    const { answers, settled, abandoned, ledger } = await run(first);
    expect(answers.filter(({ answer }) => !answer.ok).map(({ request }) => request.operation)).toEqual([]);
    expect(abandoned).toBe(0);
    expect(new Set(answers.map(({ request }) => request.operation)).size).toBeGreaterThan(12);
    expect(settled.every((ms) => ms !== undefined)).toBe(true);
    expect(ledger.orders.length).toBeGreaterThan(5);
    expect(ledger.photos.length).toBeGreaterThan(0);
    const invariants = await checkInvariants({ ...shop, prepared: first, ledger });
    expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
    expect(invariants.length).toBe(8);
  });

  it('When the same shop is used once more, then it is topped up, and orders from before are not counted again', async () => {
    const again = await prepare({ ...shop, earlier: first });
    expect(again.products.map(({ id }) => id)).toEqual(first.products.map(({ id }) => id));
    expect(again.unique).not.toBe(first.unique);
    const { ledger } = await run(again, { seed: 8 });
    const invariants = await checkInvariants({ ...shop, prepared: again, ledger });
    expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
    expect(invariants.find(({ name }) => name === 'no lost order')?.says).toContain(
      `All ${ledger.orders.length} accepted`,
    );
  });

  it('When more was sold than the run knows of, then its rules are broken', async () => {
    const { ledger } = await run(await prepare({ ...shop, earlier: first }), {
      rate: 10,
      durationSeconds: 1,
    });
    const broken = await checkInvariants({ ...shop, prepared: first, ledger, withinMs: 200 });
    expect(broken.filter(({ ok }) => !ok).map(({ name }) => name)).toContain('stock conserved');
  });

  it('When what was prepared is of another shop, then all is made anew', async () => {
    const products = first.products.map((product) => ({ ...product, id: crypto.randomUUID() }));
    const made = await prepare({ ...shop, earlier: { ...first, products } });
    expect(made.products.length).toBe(first.products.length);
    expect(made.products.map(({ id }) => id)).not.toContain(first.products[0]?.id);
  });
});
