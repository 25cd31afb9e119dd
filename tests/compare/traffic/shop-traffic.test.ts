import { describe, expect, it } from 'vitest';
import { planSessions } from '../../../compare/traffic/plan-sessions.ts';
import { readMix } from '../../../compare/traffic/read-mix.ts';
import { makeShopTraffic } from '../../../compare/traffic/shop-traffic.ts';
import type { Fault } from './fake-orders.ts';
import { makeFakeShop } from './fake-shop.ts';
import { evenSchedule, jobOf } from './test-job.ts';
import { type Answering, makeVirtualEngine } from './virtual-engine.ts';

const ALL = readMix(
  '{"weights": {"browser": 1, "returning": 2, "buyer": 2, "newcomer": 2, "stockkeeper": 2, "photographer": 1}}',
);

/** Runs a job on a fake shop; `answering` may stand between them. */
const run = async (
  change: Parameters<typeof jobOf>[1] = {},
  { fault, between }: { fault?: Fault; between?: (take: Answering) => Answering } = {},
) => {
  const shop = makeFakeShop(fault);
  const job = jobOf(shop.prepared, { mix: ALL, ...change });
  const engine = makeVirtualEngine(between ? between(shop.take) : shop.take);
  const { traffic, ledger } = makeShopTraffic(job, evenSchedule);
  await engine.run(traffic);
  const of = (operation: string) => engine.sent.filter((one) => one.operation === operation);
  return { ...engine, job, of, ledger: ledger() };
};

describe('makeShopTraffic', () => {
  it('When all goes well, then exactly what was planned is sent, each at its moment, and all is answered as meant', async () => {
    const { sent, job, abandoned, sessions } = await run();
    const planned = planSessions(job, evenSchedule);
    const steps = planned.flatMap(({ steps }) => steps);
    const offered = sent.filter(({ reactive }) => !reactive);
    const sorted = (list: readonly (readonly [string, number])[]) => list.map(String).toSorted();
    expect(sorted(offered.map(({ operation, intendedAt }) => [operation, intendedAt]))).toEqual(
      sorted(steps.map(({ operation, at }) => [operation, at])),
    );
    expect(new Set(steps.map(({ operation }) => operation)).size).toBe(12);
    expect(sent.filter(({ answer }) => !answer.ok)).toEqual([]);
    expect(
      offered.every(({ sentAt, intendedAt, readyAt = 0 }) => sentAt >= Math.max(intendedAt, readyAt)),
    ).toBe(true);
    expect(abandoned).toEqual([]);
    expect(sessions.length).toBe(planned.filter(({ steps }) => steps.length > 0).length);
  });

  it('When the same job runs again, then the same requests are sent at the same moments', async () => {
    const [one, two] = [await run(), await run()];
    const key = ({ operation, intendedAt, sentAt }: (typeof one.sent)[number]) =>
      `${operation} ${intendedAt} ${sentAt}`;
    expect(one.sent.map(key)).toEqual(two.sent.map(key));
  });

  it('When orders are placed, then each is followed from its 202 on until it is settled, and is in the ledger', async () => {
    const { of, settled, ledger } = await run();
    expect(settled.length).toBe(of('place-order').length);
    expect(ledger.orders.length).toBe(settled.length);
    // It settles at the second look, or at the first where the list was looked at too, or when it was cancelled.
    expect(settled.every(({ ms = 0 }) => ms >= 20 && ms <= 30 + 45 + 10)).toBe(true);
    expect(of('poll-order').every(({ reactive }) => reactive)).toBe(true);
    expect(ledger.repeats.length).toBeGreaterThan(0);
    expect(ledger.repeats.every(({ first, second }) => first === second)).toBe(true);
    expect(new Set(of('place-order').map(({ headers }) => headers?.['idempotency-key'])).size).toBe(
      ledger.orders.length,
    );
    expect(ledger.orders.filter(({ cancelled }) => cancelled === 'yes').length).toBe(
      of('cancel-order').filter(({ answer }) => answer.status === 200).length,
    );
    expect(ledger.edits.length).toBe(of('set-stock').filter(({ answer }) => answer.status === 200).length);
    expect(ledger.photos.length).toBe(of('upload-photo').length);
  });

  it('When an order does not settle, then it is counted as such after its limit, and asked for less often', async () => {
    const { settled, of } = await run({}, { fault: 'never-settle' });
    const lost = settled.filter(({ ms }) => ms === undefined);
    expect(lost.length).toBe(1);
    const urls = of('poll-order').map(({ url }) => url);
    const asked = Object.values(Object.groupBy(urls, (url) => url)).reduce<readonly string[]>(
      (most, same = []) => (same.length > most.length ? same : most),
      [],
    );
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.length).toBeLessThan(32);
  });

  it('When what a step depends on fails, then the step is abandoned and not sent', async () => {
    const failing: (take: Answering) => Answering = (take) => (request) =>
      request.operation === 'log-in' ? { status: 429, body: {} } : take(request);
    const { of, abandoned, ledger, job } = await run({}, { between: failing });
    const planned = planSessions(job, evenSchedule);
    const needed = planned
      .filter(({ kind }) => kind === 'buyer' || kind === 'newcomer')
      .flatMap(({ steps }) => steps)
      .filter(({ operation }) =>
        ['place-order', 'repeat-order', 'list-orders', 'cancel-order'].includes(operation),
      );
    expect(abandoned.length).toBe(needed.length);
    expect(of('log-in').every(({ answer }) => !answer.ok)).toBe(true);
    expect(ledger.customers.length).toBe(job.prepared.customers.length);
  });

  it('When an answer is late, then what depends on it is ready only then', async () => {
    const { of } = await run({ mix: readMix('{"weights": {"newcomer": 1}, "thinkSeconds": 0}') });
    const late = of('place-order').filter(({ intendedAt, readyAt = 0 }) => readyAt > intendedAt);
    expect(late.length).toBe(of('place-order').length);
    expect(late.every(({ sentAt, readyAt }) => sentAt === readyAt)).toBe(true);
  });

  it('When an order gets no answer, then it is noted as unknown, and a cancellation without one too', async () => {
    let [orders, cancellations] = [0, 0];
    const between: (take: Answering) => Answering = (take) => (request) => {
      const reply = take(request);
      if (request.operation === 'place-order' && ++orders % 10 === 0) return undefined;
      if (request.operation === 'cancel-order' && ++cancellations % 2 === 0) return { status: 503, body: {} };
      return reply;
    };
    const { ledger } = await run({}, { between });
    expect(ledger.unknownOrders.length).toBe(Math.floor(orders / 10));
    expect(ledger.orders.filter(({ cancelled }) => cancelled === 'unknown').length).toBe(
      Math.floor(cancellations / 2),
    );
  });

  it('When an answer makes no sense, then the traffic goes on', async () => {
    const { sent, job } = await run({}, { between: () => () => ({ status: 200, body: null }) });
    expect(sent.length).toBeGreaterThan(0);
    expect(job.rate).toBe(100);
  });

  it('When tokens would expire during the run, then each is renewed before, and the new ones are used', async () => {
    const shop = makeFakeShop('none', 200_000);
    const job = jobOf(shop.prepared, { mix: readMix('orders'), durationSeconds: 60 });
    let renewed = 0;
    const engine = makeVirtualEngine((request) => {
      if (request.operation !== 'renew-token') return shop.take(request);
      renewed += 1;
      // The first time one is refused: it is tried again.
      return renewed === 1 ? { status: 503, body: {} } : shop.take(request);
    });
    const { traffic, ledger } = makeShopTraffic(job, evenSchedule, engine.now);
    await engine.run(traffic);
    const asked = engine.sent.filter(({ operation }) => operation === 'renew-token');
    expect(asked.length).toBe(job.prepared.customers.length + 2);
    expect(asked.every(({ reactive, intendedAt }) => reactive && intendedAt >= 20_000)).toBe(true);
    const expiries = ledger()
      .customers.slice(0, job.prepared.customers.length)
      .map(({ expiresAt }) => expiresAt);
    expect(expiries.every((moment) => moment > 900_000)).toBe(true);
  });
});
