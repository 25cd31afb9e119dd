import type { ProcessRow } from './process-table.ts';
import { type Component, rolesOf } from './roles.ts';

/** All processes of a kind at an instant. */
export type Kind = {
  readonly name: string;
  readonly component: Component;
  /** How many of them there are. */
  readonly instances: number;
  /** CPU time since the start in s, with that of those that have ended. */
  readonly cpuSeconds: number;
  /** Bytes of physical memory: see `sharesOf`. */
  readonly memoryBytes: number;
};

const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

/** The program's own name: `node`, or `postgres` also for what calls itself `postgres: writer`. */
const programOf = ({ command }: ProcessRow): string => /([^/ :]+)(?=[ :]|$)/.exec(command)?.[1] ?? '';

/**
 * How much of what it shares is counted for each process. 50 processes of Node have one copy of Node's own code in memory, and
 * those of PostgreSQL one set of buffers: that is counted once for all processes of a program, as much as the one that has most
 * of it, and split up in proportion. The kernel's own figure (PSS) is as good, and takes 2 ms of CPU a process and look.
 *
 * @returns bytes by process id
 */
export const sharesOf = (rows: readonly ProcessRow[]): ReadonlyMap<number, number> => {
  const shares = new Map<number, number>();
  for (const group of Map.groupBy(rows, programOf).values()) {
    const most = Math.max(...group.map(({ sharedBytes }) => sharedBytes));
    const all = group.reduce((sum, { sharedBytes }) => sum + sharedBytes, 0);
    for (const { pid, sharedBytes } of group) shares.set(pid, all === 0 ? 0 : (most * sharedBytes) / all);
  }
  return shares;
};

/**
 * Sums processes up by kind. The CPU time of a child that has ended is its parent's to tell, and belongs to what such
 * children are: so no environment and no backend is lost that came and went between two looks.
 *
 * @param rows the starter first, and each after its parent
 */
export const kindsOf = (rows: readonly ProcessRow[]): readonly Kind[] => {
  const roles = rolesOf(rows);
  const shares = sharesOf(rows);
  const kinds = new Map<string, Kind>();
  const add = (
    { name, component }: Pick<Kind, 'name' | 'component'>,
    row: Pick<Kind, 'instances' | 'cpuSeconds' | 'memoryBytes'>,
  ): void => {
    const sum = kinds.get(name) ?? { instances: 0, cpuSeconds: 0, memoryBytes: 0 };
    kinds.set(name, {
      name,
      component,
      instances: sum.instances + row.instances,
      cpuSeconds: sum.cpuSeconds + row.cpuSeconds,
      memoryBytes: sum.memoryBytes + row.memoryBytes,
    });
  };
  for (const { pid, cpuSeconds, endedSeconds, residentBytes, sharedBytes } of rows) {
    const role = roles.get(pid);
    if (!role) continue;
    const memoryBytes = Math.max(0, residentBytes - sharedBytes) + (shares.get(pid) ?? 0);
    add(role, { instances: 1, cpuSeconds, memoryBytes });
    if (endedSeconds > 0)
      add(role.children ?? role, { instances: 0, cpuSeconds: endedSeconds, memoryBytes: 0 });
  }
  return [...kinds.values()].map((kind) => ({
    ...kind,
    cpuSeconds: rounded(kind.cpuSeconds),
    memoryBytes: Math.round(kind.memoryBytes),
  }));
};
