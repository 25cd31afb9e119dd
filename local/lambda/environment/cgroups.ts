import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CgroupHomes } from './cgroup-homes.ts';
import { killQuietly } from './proc.ts';

/** AWS: 1,769 MB of memory go with one vCPU, in proportion (configuration-memory). */
const MB_OF_ONE_CPU = 1_769;

/** 10 ms: with Linux's usual 100 ms a function at a tenth of a CPU stands still for 90 ms. In us. */
const PERIOD_US = 10_000;

/** The kernel takes no smaller quota, in us. */
const LEAST_QUOTA_US = 1_000;

/** One environment's groups: one folder, or one a controller in version 1. */
export type Cgroup = {
  /** Moves a process in; what it starts is born there. Takes about 10 ms, for the kernel waits for all CPUs. */
  readonly attach: (pid: number) => Promise<void>;
  /** From now on the CPU share holds. */
  readonly throttle: () => void;
  /** How often the kernel has killed in here for want of memory. */
  readonly memoryKills: () => number;
  /** Kills whatever is left in here, also what left its process group. */
  readonly killAll: () => void;
  /** @throws Error when a process in it will not die within 2 s */
  readonly remove: () => Promise<void>;
};

/** Quota and period of a CPU share, in us. */
export const cpuQuota = (memoryMb: number): { readonly quota: number; readonly period: number } => {
  const share = memoryMb / MB_OF_ONE_CPU;
  const quota = Math.round(share * PERIOD_US);
  if (quota >= LEAST_QUOTA_US) return { quota, period: PERIOD_US };
  return { quota: LEAST_QUOTA_US, period: Math.round(LEAST_QUOTA_US / share) };
};

const processesIn = (folder: string): number[] => {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

/**
 * Kills everything in a group, waits for it and removes the group.
 *
 * @throws Error when that takes more than 2 s
 */
export const clearCgroup = async (folder: string): Promise<void> => {
  for (const deadline = Date.now() + 2_000; ; await pause(5)) {
    for (const pid of processesIn(folder)) killQuietly(pid);
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      if (Date.now() > deadline) throw error;
    }
  }
};

/** Clears the groups below one of our homes, and the home. Nothing outside of it. */
export const clearHome = async (home: string): Promise<void> => {
  if (!existsSync(home)) return;
  const entries = readdirSync(home, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  await Promise.all(entries.map(({ name }) => clearCgroup(join(home, name))));
  await clearCgroup(home);
};

const limitMemory = (folder: string, version: 1 | 2, bytes: string): void => {
  if (version === 2) {
    writeFileSync(join(folder, 'memory.max'), bytes);
    if (existsSync(join(folder, 'memory.swap.max'))) writeFileSync(join(folder, 'memory.swap.max'), '0');
    return;
  }
  writeFileSync(join(folder, 'memory.limit_in_bytes'), bytes);
  // Without swap accounting a process may swap instead of dying; there is nothing to set then
  const withSwap = join(folder, 'memory.memsw.limit_in_bytes');
  if (existsSync(withSwap)) writeFileSync(withSwap, bytes);
};

const limitCpu = (folder: string, version: 1 | 2, memoryMb: number): void => {
  const { quota, period } = cpuQuota(memoryMb);
  if (version === 2) {
    writeFileSync(join(folder, 'cpu.max'), `${quota} ${period}`);
    return;
  }
  writeFileSync(join(folder, 'cpu.cfs_period_us'), String(period));
  writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quota));
};

/**
 * Makes the groups of one environment, with its memory limit and without a CPU limit yet.
 *
 * @param name unique among the living
 * @param memoryMb of the function
 */
export const makeCgroup = (homes: CgroupHomes, name: string, memoryMb: number): Cgroup => {
  const { version } = homes;
  const cpu = homes.cpu && join(homes.cpu, name);
  const memory = homes.memory && join(homes.memory, name);
  const folders = [...new Set([cpu, memory])].filter((folder) => folder !== undefined);
  for (const folder of folders) mkdirSync(folder);
  if (memory) limitMemory(memory, version, String(memoryMb * 1024 * 1024));
  return {
    attach: async (pid) => {
      for (const folder of folders) await writeFile(join(folder, 'cgroup.procs'), String(pid));
    },
    throttle: () => {
      if (cpu) limitCpu(cpu, version, memoryMb);
    },
    memoryKills: () => {
      if (!memory) return 0;
      const events = readFileSync(
        join(memory, version === 2 ? 'memory.events' : 'memory.oom_control'),
        'utf8',
      );
      return Number(/^oom_kill (\d+)/m.exec(events)?.[1] ?? 0);
    },
    killAll: () => {
      for (const folder of folders) for (const pid of processesIn(folder)) killQuietly(pid);
    },
    remove: async () => {
      await Promise.all(folders.map(clearCgroup));
    },
  };
};
