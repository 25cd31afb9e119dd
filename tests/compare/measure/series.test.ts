import { describe, expect, it } from 'vitest';
import { hostCpu, parseHostCpu, processUse, startOf } from '../../../compare/measure/proc.ts';
import { growing, growthIn, valueAt } from '../../../compare/measure/series.ts';

describe('a figure that grows', () => {
  const series = [
    [1_000, 10],
    [2_000, 12],
    [4_000, 20],
  ] as const;

  it('When it is asked for between two readings, then it is in proportion, and nothing grows outside of them', () => {
    expect([500, 1_000, 1_500, 3_000, 4_000, 9_000].map((at) => valueAt(series, at))).toEqual([
      10, 10, 11, 16, 20, 20,
    ]);
    expect(valueAt([], 5)).toBe(0);
    expect(growthIn(series, 1_500)).toBe(3);
  });

  it('When seconds are added up, then they are what it grew by in all', () => {
    const seconds = [700, 1_700, 2_700, 3_700].map((from) => growthIn(series, from));
    expect(seconds.reduce((sum, one) => sum + one, 0)).toBeCloseTo(10);
  });

  it('When what counts is started anew, then it goes on from where it was', () => {
    const restarted = [
      [0, 5],
      [1, 8],
      [2, 1],
      [3, 4],
    ] as const;
    expect(growing(restarted).map(([, value]) => value)).toEqual([5, 8, 8, 11]);
  });
});

describe('the CPU time of the machine', () => {
  it('When /proc/stat is read, then idling and waiting are no use, and steal is apart', () => {
    const text = 'cpu  100 20 300 9999 888 4 6 50 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n';
    expect(parseHostCpu(text)).toEqual({ used: 4.3, steal: 0.5 });
  });

  it('When this process works, then both it and the machine have used more', () => {
    const before = { host: hostCpu().used, own: processUse(process.pid, false)?.cpuSeconds ?? 0 };
    const from = process.cpuUsage();
    while (process.cpuUsage(from).user < 150_000);
    const own = (processUse(process.pid, false)?.cpuSeconds ?? 0) - before.own;
    const { user, system } = process.cpuUsage(from);
    // Ticks of 10 ms, of two figures, and what was used between the looks.
    expect(own).toBeGreaterThan((user + system) / 1e6 - 0.05);
    expect(own).toBeLessThan((user + system) / 1e6 + 0.15);
    expect(hostCpu().used - before.host).toBeGreaterThan(0.1);
    expect(processUse(process.pid, true)?.memoryBytes).toBeGreaterThan(10_000_000);
  });

  it('When a process is none, then nothing is told of it', () => {
    expect(processUse(2 ** 22 + 1, false)).toBeUndefined();
    expect(startOf(2 ** 22 + 1)).toBeUndefined();
    expect(startOf(process.pid)).toMatch(/^\d+$/);
  });
});
