import type { Transport } from '@duet/shared/contract/transport.ts';
import { describe, expect, it } from 'vitest';
import { checkInvariants } from '../../../compare/traffic/invariants.ts';
import { readMix } from '../../../compare/traffic/read-mix.ts';
import { makeShopTraffic } from '../../../compare/traffic/shop-traffic.ts';
import type { Fault } from './fake-orders.ts';
import { FAKE_URLS, makeFakeShop } from './fake-shop.ts';
import { evenSchedule, jobOf } from './test-job.ts';
import { type Answering, makeVirtualEngine } from './virtual-engine.ts';

/** Much trade, with scarce goods that sell out. */
const TRADE = readMix(
  '{"weights": {"returning": 8, "newcomer": 1, "stockkeeper": 2, "photographer": 1}, "thinkSeconds": 0.1}',
);

/** Runs much trade on a shop with a fault, and checks it afterwards. */
const check = async (
  fault: Fault,
  { between = (take) => take }: { between?: (take: Answering) => Answering } = {},
) => {
  const shop = makeFakeShop(fault);
  const job = jobOf(shop.prepared, { mix: TRADE, rate: 150, durationSeconds: 12 });
  const { traffic, ledger } = makeShopTraffic(job, evenSchedule);
  await makeVirtualEngine(between(shop.take)).run(traffic);
  const { prepared } = job;
  const asked = { urls: FAKE_URLS, prepared, ledger: ledger(), transport: shop.transport, withinMs: 150 };
  const invariants = await checkInvariants(asked);
  return { ...shop, asked, invariants, broken: invariants.filter(({ ok }) => !ok).map(({ name }) => name) };
};

describe('checkInvariants', () => {
  it('When the shop keeps its rules, then each holds and says how much it was put to', async () => {
    const { broken, invariants, asked } = await check('none');
    expect(broken).toEqual([]);
    const says = Object.fromEntries(invariants.map(({ name, says }) => [name, says]));
    const { orders, repeats } = asked.ledger;
    expect(says['no lost order']).toContain(`All ${orders.length} accepted orders are there`);
    expect(says['no double order']).toContain(`${repeats.length} were sent again`);
    // The rules were put to the test: goods sold out, orders were cancelled and sent again, stock was changed.
    expect(orders.length).toBeGreaterThan(300);
    expect(repeats.length).toBeGreaterThan(5);
    expect(says['rejections justified']).not.toContain('the 0 rejected');
    expect(orders.some(({ cancelled }) => cancelled === 'yes')).toBe(true);
    expect(asked.ledger.edits.length).toBeGreaterThan(50);
    expect(asked.ledger.photos.length).toBeGreaterThan(10);
  });

  it.each<[Fault, readonly string[]]>([
    ['oversell', ['no oversell']],
    ['lose-order', ['no lost order']],
    ['never-settle', ['no lost order']],
    ['change-lines', ['no lost order']],
    ['double-order', ['no double order']],
    ['forget-key', ['no double order']],
    ['keep-units', ['stock conserved']],
    ['revive-order', ['cancellations kept']],
    ['reject-wrongly', ['rejections justified']],
    ['lose-edit', ['stock edits kept']],
    ['lose-photo', ['photos ready']],
  ])('When the shop is made to %s, then that is found, and nothing else is blamed', async (fault, rules) => {
    const { broken, wasPlanted } = await check(fault);
    expect(wasPlanted()).toBe(true);
    expect(broken).toEqual(rules);
  });

  it('When orders and changes of stock got no answer, then the shop may have done them or not', async () => {
    let count = 0;
    const between: (take: Answering) => Answering = (take) => (request) => {
      const drops =
        ['place-order', 'set-stock', 'cancel-order'].includes(request.operation) && ++count % 7 === 0;
      if (!drops) return take(request);
      // Every other one is lost before the shop has seen it.
      if (count % 2 === 0) take(request);
      return undefined;
    };
    const { broken, asked } = await check('none', { between });
    expect(broken).toEqual([]);
    expect(asked.ledger.unknownOrders.length).toBeGreaterThan(20);
  });

  it('When an order is there twice after one without an answer, then one of them is too many', async () => {
    let isTwice = false;
    const between: (take: Answering) => Answering = (take) => (request) => {
      const reply = take(request);
      if (request.operation !== 'place-order' || isTwice) return reply;
      isTwice = true;
      take({ ...request, headers: { ...request.headers, 'idempotency-key': 'another-key' } });
      return undefined;
    };
    expect((await check('none', { between })).broken).toEqual(['no double order']);
  });

  it('When many faults are found, then the first three are told and the rest is counted', async () => {
    const { asked } = await check('none');
    const products = asked.prepared.products.map((product) => ({ ...product, held: 9 }));
    const invariants = await checkInvariants({
      ...asked,
      prepared: { ...asked.prepared, products },
      withinMs: 0,
    });
    const says = invariants.find(({ name }) => name === 'stock conserved')?.says ?? '';
    expect(says.split('; ').length).toBe(4);
    expect(says).toMatch(/and 97 more$/);
  });

  it('When the shop cannot be read, then that is said', async () => {
    const { asked } = await check('none');
    const transport: Transport = {
      send: () => Promise.reject(new Error('connect ECONNREFUSED')),
      close: () => Promise.resolve(),
    };
    const invariants = await checkInvariants({ ...asked, transport });
    expect(invariants).toEqual([{ name: 'shop can be read', ok: false, says: 'connect ECONNREFUSED' }]);
  });

  it('When an overloaded shop refuses to be read at first, then it is asked again', async () => {
    const { asked, transport: shop } = await check('none');
    let refusals = 3;
    const transport: Transport = {
      ...shop,
      send: (request) =>
        refusals-- > 0
          ? Promise.resolve({ status: 503, headers: {}, bytes: new Uint8Array() })
          : shop.send(request),
    };
    const invariants = await checkInvariants({ ...asked, transport, withinMs: 5_000 });
    expect(invariants.every(({ ok }) => ok)).toBe(true);
    expect(refusals).toBeLessThan(1);
  });
});
