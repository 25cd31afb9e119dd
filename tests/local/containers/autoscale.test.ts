import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoscale, type Decided, type Failed } from '../../../local/containers/autoscale.ts';
import { type RuleValues, readRule } from '../../../local/containers/autoscale-options.ts';
import { autoscaleJson, decisionText, failedText } from '../../../local/containers/autoscale-text.ts';
import { type Compose, type ComposeConfig, ComposeFailure } from '../../../local/containers/compose.ts';
import { DEFAULTS } from '../../../local/containers/hpa-behaviour.ts';
import { type FakeEngine, startFakeEngine, startFakeStatistics } from './fake-engine.ts';

describe('the options of autoscale', () => {
  it('When nothing is given, then every number is the default of Kubernetes', () => {
    expect(readRule({})).toEqual({
      rule: {
        target: 60,
        tolerance: 0.1,
        initializationMs: 300_000,
        readinessDelayMs: 30_000,
        min: 1,
        max: 10,
        upPods: 4,
        upPercent: 100,
        upPeriodMs: 15_000,
        upWindowMs: 0,
        downPercent: 100,
        downPeriodMs: 15_000,
        downWindowMs: 300_000,
      },
      syncMs: 15_000,
    });
  });

  it('When all are given, then each is its own number', () => {
    const { rule, syncMs, requestMilli } = readRule({
      target: '61',
      request: '0.3',
      min: '2',
      max: '9',
      tolerance: '0.2',
      sync: '500ms',
      'cpu-initialization': '1m',
      'readiness-delay': '3',
      'up-pods': '5',
      'up-percent': '50',
      'up-period': '6s',
      'up-window': '7s',
      'down-percent': '80',
      'down-period': '9s',
      'down-window': '11s',
    });
    expect([syncMs, requestMilli]).toEqual([500, 300]);
    expect(rule).toEqual({
      target: 61,
      tolerance: 0.2,
      initializationMs: 60_000,
      readinessDelayMs: 3_000,
      min: 2,
      max: 9,
      upPods: 5,
      upPercent: 50,
      upPeriodMs: 6_000,
      upWindowMs: 7_000,
      downPercent: 80,
      downPeriodMs: 9_000,
      downWindowMs: 11_000,
    });
    expect(readRule({ request: '250m' }).requestMilli).toBe(250);
  });

  it.each<[RuleValues, string]>([
    [{ target: '0' }, '--target is a whole number from 1, not "0".'],
    [{ target: '' }, '--target is a whole number from 1, not "".'],
    [{ min: '5', max: '4' }, '--min 5 is above --max 4.'],
    [{ tolerance: '1' }, '--tolerance is a number from 0 to below 1'],
    [{ request: '1G' }, '--request is a part of a CPU like 0.25 or 250m, not "1G".'],
    [{ request: '0' }, '--request is a part of a CPU'],
    [{ sync: '0' }, '--sync is at least 100 ms'],
    [{ 'up-period': 'soon' }, '--up-period is a time like 500ms, 2s or 5m, not "soon".'],
    [{ 'down-percent': '101' }, '--down-percent is at most 100'],
  ])('When %j is given, then it is refused', (values, message) => {
    expect(() => readRule(values)).toThrow(message);
  });
});

describe('autoscale', () => {
  let engine: FakeEngine;
  let statistics: Awaited<ReturnType<typeof startFakeStatistics>>;
  let ran: string[][];
  let failure: string | undefined;
  const config = (cpus?: number): ComposeConfig => ({
    services: {
      orders: cpus === undefined ? {} : { deploy: { resources: { reservations: { cpus } } } },
    },
  });
  const composeWith = (cpus?: number): Compose => ({
    config: async () => config(cpus),
    run: async (args) => {
      ran.push([...args]);
      if (failure !== undefined) throw new ComposeFailure(failure);
      const count = Number(args.find((arg) => arg.startsWith('orders='))?.slice(7));
      const own = () => engine.containers.filter(({ service }) => service === 'orders');
      while (own().length < count) {
        engine.add('orders', own().length + 1, { cores: own()[0]?.cores ?? 0 });
      }
      while (own().length > count) engine.containers.pop();
      return '';
    },
  });

  beforeEach(async () => {
    engine = await startFakeEngine();
    statistics = await startFakeStatistics(engine);
    engine.add('gateway', 1, { published: [{ inside: 8404, outside: statistics.port }] });
    ran = [];
    failure = undefined;
  });
  afterEach(async () => {
    await statistics.close();
    await engine.close();
  });

  /** Looks so many times. After so many looks every replica uses what `burn` says, in cores. */
  const run = async (
    looks: number,
    burn: (looks: number) => number,
    changes: Partial<typeof DEFAULTS> = {},
  ) => {
    const decisions: Decided[] = [];
    const failures: Failed[] = [];
    const stop = new AbortController();
    const use = (): void => {
      for (const one of engine.containers) one.cores = burn(decisions.length);
    };
    use();
    await autoscale(
      { docker: engine.docker, project: 'fake', compose: composeWith(0.25) },
      {
        services: ['orders'],
        rule: {
          ...DEFAULTS,
          initializationMs: 0,
          upPeriodMs: 100,
          downPeriodMs: 100,
          downWindowMs: 600,
          ...changes,
        },
        syncMs: 200,
        signal: stop.signal,
        onDecision: (decided) => {
          decisions.push(decided);
          use();
          if (decisions.length >= looks) stop.abort();
        },
        onFailed: (failed) => failures.push(failed),
      },
    );
    return { decisions, failures };
  };

  it('When the load rises and falls, then the replicas follow, and every decision is told with its inputs', async () => {
    engine.add('orders', 1);
    // Half a core for each replica is 200 % of its request.
    const { decisions } = await run(12, (looks) => (looks < 4 ? 0.5 : 0));
    const most = Math.max(...decisions.map(({ desired }) => desired));
    expect(most).toBeGreaterThanOrEqual(4);
    expect(decisions.at(-1)?.desired).toBe(1);
    expect(engine.containers.filter(({ service }) => service === 'orders')).toHaveLength(1);
    const risen = decisions.find(({ current, desired }) => desired > current);
    expect(risen?.rule.requestMilli).toBe(250);
    expect(risen?.pods[0]?.cpu?.milli).toBeGreaterThan(300);
    for (const { current, desired } of decisions) expect(desired).toBeLessThanOrEqual(Math.max(10, current));
    // Every look is a whole number of periods after the first.
    const first = decisions[0]?.at ?? 0;
    expect(decisions.map(({ at }) => (at - first) % 200)).toEqual(decisions.map(() => 0));
  });

  it('When nothing changes, then nothing is done', async () => {
    engine.add('orders', 1);
    await run(3, () => 0.15);
    expect(ran).toEqual([]);
  });

  it('When Compose cannot do it, then that is told, and the next look decides anew', async () => {
    engine.add('orders', 1);
    failure = 'no space left on device';
    const { decisions, failures } = await run(4, () => 1, { upPeriodMs: 60_000 });
    expect(failures[0]).toMatchObject({
      services: ['orders'],
      failed: expect.stringContaining('The disk is full'),
    });
    // What was not carried out is no change that the rate would count: it may still grow by four.
    expect(decisions.map(({ current, desired }) => [current, desired])).toEqual([
      [1, 5],
      [1, 5],
      [1, 5],
      [1, 5],
    ]);
  });

  it('When it was carried out, then the rate counts it', async () => {
    engine.add('orders', 1);
    const { decisions } = await run(5, () => 1, { upPeriodMs: 60_000 });
    expect(decisions.at(-1)).toMatchObject({ current: 5, desired: 5, why: 'rate', limit: 5 });
  });

  it.each([
    [
      'a service that reserves no CPU',
      'orders',
      undefined,
      'orders reserves no CPU in the Compose file: give --request',
    ],
    ['the gateway', 'gateway', 0.25, 'gateway cannot have several replicas: it holds the published ports.'],
    ['a service that is unknown', 'nope', 0.25, 'There is no service "nope" in the stack fake'],
  ])('When it is to scale %s, then it is refused', async (_, service, cpus, message) => {
    engine.add('orders', 1);
    const scaled = autoscale(
      { docker: engine.docker, project: 'fake', compose: composeWith(cpus) },
      { services: [service], rule: DEFAULTS, syncMs: 200, onDecision: () => {} },
    );
    await expect(scaled).rejects.toThrow(message);
  });

  it('When decisions are printed, then each is one line, with its numbers', async () => {
    engine.add('orders', 1);
    engine.add('orders', 2, { state: 'created' });
    const { decisions } = await run(1, () => 0.5);
    const [decided] = decisions;
    expect(decided).toBeDefined();
    if (!decided) return;
    const text = decisionText(decided);
    expect(text).toMatch(/^\d\d:\d\d:\d\dZ orders 2 -> \d+; /);
    expect(text).toContain('of 1 x 250m, 1 unready =');
    expect(text).not.toContain('\n');
    const json = JSON.parse(autoscaleJson(decided));
    expect(json).toMatchObject({
      service: 'orders',
      current: 2,
      proposal: { groups: { unready: ['fake-orders-2'] } },
    });
    expect(Date.parse(json.time)).toBe(decided.at);
    expect(failedText({ at: 0, services: ['orders'], failed: 'no room\nmore' })).toBe(
      '00:00:00Z orders could not be scaled: no room',
    );
  });
});
