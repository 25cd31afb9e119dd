import { afterAll, beforeAll, expect, it } from 'vitest';
import { scale } from '../../local/containers/scale.ts';
import { until } from '../support/until.ts';
import { watchCpu } from './load/cpu-watch.ts';
import { makeHpaByHand } from './load/hpa-by-hand.ts';
import { type Load, startLoad } from './load/open-loop.ts';
import { makeOperator, type Operator } from './load/operator.ts';
import { runAutoscale } from './load/run-autoscale.ts';
import { makeShopShots } from './load/shop-shots.ts';
import { summaryOf } from './load/summary.ts';
import { describeStack } from './support/shared-stack.ts';

/**
 * Kubernetes' numbers scaled down, so that a step up and down takes a minute: a request so small that two cores can drive it to
 * the top, and so large that a replica at rest, whose health check takes up to 50m in 2 s, is far below the target. Times in
 * ms, CPU in thousandths of a core.
 */
const NUMBERS = {
  target: 60,
  request: 300,
  min: 1,
  max: 4,
  upPods: 1,
  upPeriod: 5_000,
  downWindow: 10_000,
} as const;

const OPTIONS = [
  ...['--target', '60', '--request', '300m', '--min', '1', '--max', '4', '--sync', '2s'],
  ...['--up-pods', '1', '--up-percent', '100', '--up-period', '5s', '--down-window', '10s'],
];

/**
 * How the load rises, so that fast machines and slow ones come to three replicas: by so many reads of orders a second, until the
 * replicas use so much in all that the rule wants three (in thousandths of a core).
 */
const RISE = { perSecond: 100, enough: (2.5 * (NUMBERS.request * NUMBERS.target)) / 100 } as const;

/** So many decisions after a rise, the CPU that they go by was used after it. */
const DECISIONS_A_RISE = 3;

describeStack('Autoscaling', (stack) => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await makeOperator(stack);
    await scale(operator.deps, { orders: 1 });
  });
  afterAll(async () => {
    await scale(operator.deps, stack.scale);
    operator.close();
  });

  it('When load comes and goes, then replicas do too, and every decision is that of the rule by hand', async () => {
    const { shot } = await makeShopShots(operator.shop);
    const cpu = watchCpu(operator.engine, stack.project, 'orders');
    const tool = runAutoscale(stack, 'orders', OPTIONS);
    const last = () => tool.told.at(-1)?.line;
    const current = () => last()?.current ?? 0;

    // A replica that has just started works for a while: at rest is when the rule has asked for one three times in a row.
    const atRest = () => tool.told.slice(-3).filter(({ line }) => line.current === 1 && line.desired === 1);
    await until('three decisions at rest', async () => (atRest().length === 3 ? true : undefined), {
      withinMs: 60_000,
    });
    const options = { origin: stack.url, perSecond: RISE.perSecond, longestMs: 120_000, keepAlive: true };
    const loads: Load[] = [];
    let toldAtRise = 0;
    const rise = (): void => {
      loads.push(startLoad({ ...options, shot: () => shot(5) }));
      toldAtRise = tool.told.length;
    };
    const used = () => last()?.pods.reduce((sum, { cpu: printed }) => sum + (printed?.milli ?? 0), 0) ?? 0;
    rise();
    await until(
      'three replicas or more',
      async () => {
        if (tool.told.length >= toldAtRise + DECISIONS_A_RISE && used() < RISE.enough) rise();
        return current() >= 3 ? true : undefined;
      },
      { withinMs: 90_000 },
    );
    const seen = await Promise.all(loads.map((load) => load.stop()));
    await until('one replica again', async () => (current() === 1 ? true : undefined), { withinMs: 60_000 });
    await tool.stop();
    await cpu.stop();

    const byHand = makeHpaByHand(NUMBERS);
    const decisions = tool.told.map(({ line, toldAt }) => ({
      time: line.time.slice(11, 19),
      current: line.current,
      milli: line.pods.map((pod) => Math.round(pod.cpu?.milli ?? -1)),
      desired: line.desired,
      byHand: byHand(line, toldAt),
    }));
    console.log(decisions.map((decision) => JSON.stringify(decision)).join('\n'));
    for (const decision of decisions)
      expect(decision.byHand, JSON.stringify(decision)).toContain(decision.desired);
    expect(decisions.filter(({ byHand }) => byHand.length > 1).length).toBeLessThan(3);

    const measured = tool.told.flatMap(({ line }) =>
      line.pods.flatMap(({ name, cpu: printed }) => {
        const from = printed && printed.at - printed.windowMs;
        const milli = printed && from && cpu.milli(name, from, printed.at);
        return milli === undefined || !printed ? [] : [{ name, printed: printed.milli, milli }];
      }),
    );
    const furthest = Math.max(...measured.map(({ printed, milli }) => Math.abs(printed - milli)));
    console.log(
      'autoscale',
      JSON.stringify({ rises: loads.length, measured: measured.length, furthest, ...summaryOf(seen) }),
    );
    expect(measured.length).toBeGreaterThan(15);
    for (const { printed, milli, name } of measured)
      expect(Math.abs(printed - milli), name).toBeLessThan(10 + 0.15 * milli);
    expect(seen.flatMap(({ failures }) => failures)).toEqual([]);
  });
});
