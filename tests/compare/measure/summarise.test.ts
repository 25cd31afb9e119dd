import { describe, expect, it } from 'vitest';
import { type Readings, summarise } from '../../../compare/measure/summarise.ts';
import type { KindSample, Sample } from '../../../compare/measure/types.ts';
import { Measurement } from '../../../compare/results/run-record.ts';

const GB = 1024 ** 3;
const kind = (
  name: string,
  component: KindSample['component'],
  cpuSeconds: number,
  gigabytes = 0,
  instances = 1,
): KindSample => ({ name, component, cpuSeconds, instances, memoryBytes: gigabytes * GB });

const T = 1_700_000_000_000;
const sample = (at: number, kinds: readonly KindSample[], more: Partial<Sample> = {}): Sample => ({
  ...{ at, kinds, now: {}, seconds: new Map() },
  ...more,
});

/** Looks at T-1 s, T, T+1 s... of a service that uses half a core and 2 GB, a generator that uses a quarter, and a machine of which 1 core is used. */
const steady = (looks: number): Readings => ({
  samples: Array.from({ length: looks }, (_, i) =>
    sample(T + (i - 1) * 1_000, [kind('orders', 'service', i * 0.5, 2), kind('postgres', 'store', 10)], {
      now: { instances: 3, outboxPending: i },
    }),
  ),
  own: Array.from({ length: looks }, (_, i) => ({
    at: T + (i - 1) * 1_000,
    kinds: [kind('generator', 'generator', 7 + i * 0.25)],
  })),
  host: Array.from({ length: looks }, (_, i) => ({ at: T + (i - 1) * 1_000, used: 100 + i, steal: i * 0.1 })),
  clockDriftMs: 0.25,
});

describe('the sum of what was measured', () => {
  it('When everything is steady, then each second and each component is told, and it is a Measurement', () => {
    const sum = summarise(steady(5), { measuredFromEpochMs: T, durationSeconds: 2, answered: 500 });
    expect(Measurement.parse(sum)).toEqual(sum);
    expect([...new Set(sum.processes.map(({ second }) => second))].sort()).toEqual([-1, 0, 1]);
    const orders = sum.processes.filter(({ name, second }) => name === 'orders' && second >= 0);
    for (const second of orders)
      expect(second).toMatchObject({ cores: 0.5, memoryBytes: 2 * GB, instances: 1 });
    expect(sum.components).toEqual([
      { component: 'generator', cpuSeconds: 0.5, gbSeconds: 0, cpuSecondsPer1000: 1, gbSecondsPer1000: 0 },
      { component: 'service', cpuSeconds: 1, gbSeconds: 4, cpuSecondsPer1000: 2, gbSecondsPer1000: 8 },
      { component: 'store', cpuSeconds: 0, gbSeconds: 0, cpuSecondsPer1000: 0, gbSecondsPer1000: 0 },
    ]);
    for (const { usedCores, stealCores, otherCores } of sum.host) {
      expect(usedCores).toBeCloseTo(1);
      expect(stealCores).toBeCloseTo(0.1);
      expect(otherCores).toBeCloseTo(0.25);
    }
    expect(
      sum.stack.map(({ second, instances, outboxPending }) => [second, instances, outboxPending]),
    ).toEqual([
      [-1, 3, 1],
      [0, 3, 2],
      [1, 3, 3],
    ]);
    expect(sum.stack[0]).toMatchObject({ busy: null, coldStarts: null, queueDepth: null });
    expect(sum.clockDriftMs).toBe(0.25);
  });

  it('When the measured time begins between two looks, then the CPU time is that of the very time', () => {
    const readings = steady(6);
    const ramp = [0, 0, 0, 2, 2, 2].map((cpu, i) =>
      sample(T + (i - 1) * 1_000, [kind('orders', 'service', cpu)]),
    );
    const sum = summarise(
      { ...readings, samples: ramp },
      { measuredFromEpochMs: T + 250, durationSeconds: 2, answered: 1 },
    );
    expect(
      sum.processes.filter(({ name }) => name === 'orders').map(({ second, cores }) => [second, cores]),
    ).toEqual([
      [-1, 0],
      [0, 0.5],
      [1, 1.5],
    ]);
    expect(sum.components.find(({ component }) => component === 'service')?.cpuSeconds).toBeCloseTo(2);
  });

  it('When a kind appears in the midst, then all that it has used by then was used since the look before', () => {
    const samples = [
      sample(T, [kind('starter', 'other', 1)]),
      sample(T + 1_000, [kind('starter', 'other', 1), kind('environments', 'service', 0.8)]),
    ];
    const sum = summarise(
      { ...steady(4), samples },
      { measuredFromEpochMs: T, durationSeconds: 1, answered: 1 },
    );
    expect(sum.components.find(({ component }) => component === 'service')?.cpuSeconds).toBeCloseTo(0.8);
  });

  it('When the stack counts by seconds of the clock, then each is told once, in the second in which its middle lies', () => {
    const cold = (second: number, coldStarts: number) =>
      [T / 1_000 + second, { coldStarts, throttles: 0 }] as const;
    const samples = [
      sample(T + 1_000, [], { seconds: new Map([cold(0, 4)]) }),
      sample(T + 3_000, [], { seconds: new Map([cold(1, 5), cold(2, 6)]) }),
    ];
    const at = (offset: number) =>
      summarise(
        { ...steady(5), samples },
        { measuredFromEpochMs: T + offset, durationSeconds: 3, answered: 1 },
      ).stack.map(({ coldStarts }) => coldStarts);
    expect(at(0)).toEqual([4, 5, 6]);
    expect(at(400)).toEqual([4, 5, 6]);
    // The first one lies in the warm-up, which was not looked at.
    expect(at(600)).toEqual([5, 6, null]);
  });

  it('When the others use nothing, then rounding never makes it less than nothing', () => {
    const readings = {
      ...steady(5),
      host: steady(5).host.map((one, i) => ({ ...one, used: 100 + i * 0.6 })),
    };
    const sum = summarise(readings, { measuredFromEpochMs: T, durationSeconds: 2, answered: 0 });
    for (const { otherCores } of sum.host) expect(otherCores).toBe(0);
    expect(sum.components[0]?.cpuSecondsPer1000).toBe(0);
  });

  it('When the looks stop, then what comes after is not told as if it were known', () => {
    const readings = steady(9);
    const sum = summarise(
      { ...readings, samples: readings.samples.slice(0, 3) },
      { measuredFromEpochMs: T, durationSeconds: 6, answered: 1 },
    );
    expect(sum.stack.map(({ instances }) => instances)).toEqual([3, 3, 3, 3, null, null, null]);
  });
});
