import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { cpuBetween, memoryOf } from '../../../local/containers/samples.ts';

const memory = (stats: object, usage?: number): Docker.ContainerStats =>
  ({
    memory_stats: { ...(usage === undefined ? {} : { usage, limit: 1000 }), stats },
  }) as Docker.ContainerStats;

describe('what a container uses', () => {
  it('When half a second of CPU is used in two seconds, then that is a quarter of a core', () => {
    expect(cpuBetween({ at: 1000, cpuNs: 1e9 }, { at: 3000, cpuNs: 1.5e9 })).toEqual({
      cores: 0.25,
      windowMs: 2000,
    });
  });

  it('When it was started anew in between, or no time went by, then nothing is known', () => {
    expect(cpuBetween({ at: 1000, cpuNs: 1e9 }, { at: 3000, cpuNs: 1e8 })).toBeUndefined();
    expect(cpuBetween({ at: 1000, cpuNs: 1e9 }, { at: 1000, cpuNs: 1e9 })).toBeUndefined();
  });

  it.each([
    ['cgroup v1', memory({ total_inactive_file: 300, inactive_file: 1 }, 800), 500],
    ['cgroup v2', memory({ inactive_file: 200 }, 800), 600],
    ['a cache that is larger than all', memory({ inactive_file: 900 }, 800), 800],
  ])('When the engine counts by %s, then the page cache is no part of it', (_, stats, bytes) => {
    expect(memoryOf(stats)).toEqual({ bytes, limitBytes: 1000 });
  });

  it('When a container does not run, then it uses no memory that is known', () => {
    expect(memoryOf(memory({}))).toBeUndefined();
  });
});
