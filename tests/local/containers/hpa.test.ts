import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Metric, type Pod, propose } from '../../../local/containers/hpa.ts';
import { DEFAULTS } from '../../../local/containers/hpa-behaviour.ts';

const NOW = 1_000_000_000;
const rule: Metric = { ...DEFAULTS, requestMilli: 250 };

let names = 0;
/** A pod that has been ready for an hour and uses so many thousandths of a core. */
const pod = (milli: number, changes: Partial<Pod> = {}): Pod => {
  names += 1;
  return {
    name: `pod-${names}`,
    phase: 'running',
    startedAt: NOW - 3_600_000,
    ready: true,
    readyChangedAt: NOW - 3_590_000,
    cpu: { milli, at: NOW, windowMs: 15_000 },
    ...changes,
  };
};

/** One without a metric. */
const unmeasured = (): Pod => {
  const { cpu: _, ...rest } = pod(0);
  return rest;
};

/** One that started 10 s ago and is not ready yet. */
const starting = (milli = 1000): Pod =>
  pod(milli, { startedAt: NOW - 10_000, ready: false, readyChangedAt: NOW - 10_000 });

const replicasFor = (pods: readonly Pod[], changes: Partial<Metric> = {}): number =>
  propose({ ...rule, ...changes }, pods.length, pods, NOW).replicas;

describe('the replicas that a metric asks for', () => {
  // ceil(current x utilization / target), with utilization = floor(100 x used / requested).
  it.each([
    // 300m of 250m = 120 %; 120 / 60 = 2; 1 x 2.
    [[300], 2],
    // 300m + 150m of 500m = 90 %; 1.5 x 2 = 3.
    [[300, 150], 3],
    // 3 x 200m of 750m = 80 %; 1.333 x 3 = 4, and no more for all that 80 / 60 is no whole number.
    [[200, 200, 200], 4],
    // 2 x 60m of 500m = 24 %; 0.4 x 2 = 0.8.
    [[60, 60], 1],
    // 4 x 100m of 1000m = 40 %; 0.666 x 4 = 2.67.
    [[100, 100, 100, 100], 3],
    // Nothing at all: 0 x 2.
    [[0, 0], 0],
    // 10 x 250m: 100 / 60 x 10 = 16.67: the range is not its business.
    [Array.from({ length: 10 }, () => 250), 17],
  ])('When the replicas use %j of 250m each, then it is %i', (milli, replicas) => {
    expect(replicasFor(milli.map((used) => pod(used)))).toBe(replicas);
  });

  it.each([
    // 165m of 250m = 66 %, 66 / 60 = 1.1: the edge belongs to the tolerance.
    [165, 1, 'within-tolerance'],
    // 168m = 67 %, 1.117.
    [168, 2, 'metric'],
    // 136m = 54.4 %, rounded down to 54: 0.9, the lower edge.
    [136, 1, 'within-tolerance'],
    // 134m = 53 %, 0.883: 0.883 x 1 is rounded up to 1 all the same, but because the metric asks for it.
    [134, 1, 'metric'],
  ])('When one replica uses %im, then it is %i: %s', (milli, replicas, why) => {
    expect(propose(rule, 1, [pod(milli)], NOW)).toMatchObject({ replicas, why });
  });

  it('When a part of a thousandth is used, then it counts as a whole one', () => {
    expect(propose(rule, 1, [pod(149.2)], NOW).utilization).toBe(60);
    expect(propose(rule, 1, [pod(0.1)], NOW).utilization).toBe(0);
  });

  it('When the tolerance is 0, then the smallest difference counts', () => {
    expect(replicasFor([pod(153)], { tolerance: 0 })).toBe(2);
    expect(replicasFor([pod(150)], { tolerance: 0 })).toBe(1);
  });
});

describe('replicas without a metric', () => {
  it('When it would go down, then they use all of their request', () => {
    // 2 x 50m = 20 %: ratio 0.333. With a third at 250m: 350 of 750 = 46 %, 0.767 x 3 = 2.3.
    const proposal = propose(rule, 3, [pod(50), pod(50), unmeasured()], NOW);
    expect(proposal).toMatchObject({ utilization: 20, replicas: 3, why: 'metric' });
    expect(proposal.correctedRatio).toBeCloseTo(46 / 60, 10);
  });

  it('When the target is above 100 %, then they use the target', () => {
    // 100m of 250m = 40 % of 200 %: 0.2. With one at 500m: 600 of 500 = 120 %, 0.6 x 2 = 1.2.
    expect(replicasFor([pod(100), unmeasured()], { target: 200 })).toBe(2);
    // 3 more at 500m: 1600 of 1000 = 160 %, 0.8 x 4 = 3.2. At 250m it would have been 85 %, 0.425 x 4 = 1.7.
    expect(replicasFor([pod(100), unmeasured(), unmeasured(), unmeasured()], { target: 200 })).toBe(4);
  });

  it('When it would go up, then they use nothing', () => {
    // 500m = 200 %: ratio 3.33. With a second at 0: 500 of 500 = 100 %, 1.667 x 2 = 3.3.
    expect(propose(rule, 2, [pod(500), unmeasured()], NOW)).toMatchObject({ replicas: 4, why: 'metric' });
  });

  it('When that would turn it round, then nothing is done', () => {
    // 200m = 80 %: 1.33. With a second at 0: 200 of 500 = 40 %, 0.667.
    expect(propose(rule, 2, [pod(200), unmeasured()], NOW)).toMatchObject({
      replicas: 2,
      why: 'would-turn-round',
    });
    // 100m = 40 %: 0.667. With a second at 250m: 350 of 500 = 70 %, 1.167.
    expect(propose(rule, 2, [pod(100), unmeasured()], NOW)).toMatchObject({
      replicas: 2,
      why: 'would-turn-round',
    });
  });

  it('When that brings it within the tolerance, then nothing is done', () => {
    // 330m = 132 %: 2.2. With a second at 0: 66 %, 1.1.
    expect(propose(rule, 2, [pod(330), unmeasured()], NOW)).toMatchObject({
      replicas: 2,
      why: 'within-tolerance',
    });
  });

  it('When the ratio is exactly 1, then nothing is done, however many there are', () => {
    expect(propose(rule, 3, [pod(150), unmeasured(), unmeasured()], NOW)).toMatchObject({
      replicas: 3,
      correctedRatio: 1,
    });
  });

  it('When no replica has one, then nothing is done', () => {
    expect(propose(rule, 2, [unmeasured(), unmeasured()], NOW)).toMatchObject({
      replicas: 2,
      why: 'no-metrics',
    });
  });
});

describe('replicas that are not ready', () => {
  it('When it goes up, then they use nothing, whatever they use', () => {
    // 600m = 240 %: ratio 4. With one at 0: 600 of 500 = 120 %, 2 x 2.
    expect(replicasFor([pod(600), starting(1000)])).toBe(4);
  });

  it('When it goes down, then they are left out', () => {
    // 60m = 24 %: 0.4 x 1.
    const proposal = propose(rule, 2, [pod(60), starting()], NOW);
    expect(proposal).toMatchObject({ replicas: 1, why: 'metric' });
    expect(proposal.correctedRatio).toBeUndefined();
  });

  it('When all are starting, then nothing is done', () => {
    expect(propose(rule, 2, [starting(), starting()], NOW)).toMatchObject({ replicas: 2, why: 'no-metrics' });
  });

  it.each<[string, Partial<Pod>, 'counted' | 'unready']>([
    [
      'became ready 20 s ago, with a window of 15 s',
      { startedAt: NOW - 60_000, readyChangedAt: NOW - 20_000 },
      'counted',
    ],
    [
      'became ready 10 s ago, with a window of 15 s',
      { startedAt: NOW - 60_000, readyChangedAt: NOW - 10_000 },
      'unready',
    ],
    ['is not ready in its first five minutes', { startedAt: NOW - 299_000, ready: false }, 'unready'],
    [
      'is not ready any more, later',
      { startedAt: NOW - 301_000, ready: false, readyChangedAt: NOW - 5_000 },
      'counted',
    ],
    [
      'has never been ready, later',
      { startedAt: NOW - 301_000, ready: false, readyChangedAt: NOW - 300_000 },
      'unready',
    ],
    [
      'became ready a second ago, later',
      { startedAt: NOW - 301_000, readyChangedAt: NOW - 1_000 },
      'counted',
    ],
    ['was created and does not run yet', { phase: 'pending' }, 'unready'],
  ])('When one %s, then it is %s', (_, changes, group) => {
    const one = pod(100, changes);
    expect(propose(rule, 2, [one, pod(100)], NOW).groups[group]).toContain(one.name);
  });

  it('When one has ended, then it is ignored', () => {
    const ended = pod(5000, { phase: 'ended' });
    const proposal = propose(rule, 2, [pod(150), ended], NOW);
    expect(proposal).toMatchObject({ utilization: 60, groups: { ignored: [ended.name] } });
  });
});

describe('the metric, for any replicas', () => {
  const anyPod = fc.oneof(
    fc.integer({ min: 0, max: 2_000 }).map((milli) => pod(milli)),
    fc.constant(undefined).map(unmeasured),
    fc.integer({ min: 0, max: 2_000 }).map(starting),
  );
  const anyPods = fc.array(anyPod, { minLength: 1, maxLength: 10 });
  const measured = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 10 });

  it('When all are measured and ready, then it is the formula, or nothing within the tolerance', () => {
    fc.assert(
      fc.property(measured, fc.integer({ min: 1, max: 150 }), (milli, target) => {
        const requested = milli.length * 250;
        const percent = Math.floor((100 * milli.reduce((sum, one) => sum + one, 0)) / requested);
        const within = percent / target >= 0.9 && percent / target <= 1.1;
        const wanted = within ? milli.length : Math.ceil((percent / target) * milli.length);
        expect(
          replicasFor(
            milli.map((one) => pod(one)),
            { target },
          ),
        ).toBe(wanted);
      }),
    );
  });

  it('When CPU goes up, then it never asks for fewer', () => {
    fc.assert(
      fc.property(measured, fc.integer({ min: 0, max: 500 }), (milli, more) => {
        const low = replicasFor(milli.map((one) => pod(one)));
        expect(replicasFor(milli.map((one) => pod(one + more)))).toBeGreaterThanOrEqual(low);
      }),
    );
  });

  it('When some are unmeasured or unready, then it goes no further than those that count ask for', () => {
    fc.assert(
      fc.property(anyPods, (pods) => {
        const { ratio, replicas } = propose(rule, pods.length, pods, NOW);
        if (ratio === undefined || ratio === 1) expect(replicas).toBe(pods.length);
        else if (ratio > 1) expect(replicas).toBeGreaterThanOrEqual(pods.length);
        else expect(replicas).toBeLessThanOrEqual(pods.length);
      }),
    );
  });

  it('When they are given, then each is in one group', () => {
    fc.assert(
      fc.property(anyPods, (pods) => {
        const { counted, unready, missing, ignored } = propose(rule, pods.length, pods, NOW).groups;
        const grouped = [...counted, ...unready, ...missing, ...ignored].sort();
        expect(grouped).toEqual(pods.map(({ name }) => name).sort());
      }),
    );
  });
});
