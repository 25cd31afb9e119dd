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
  /** Bytes of physical memory: of each what it has alone, and once what they share, as much as the one that shares most. */
  readonly memoryBytes: number;
};

const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

/**
 * Sums processes up by kind. The CPU time of a child that has ended is its parent's to tell, and belongs to what such
 * children are: so no environment and no backend is lost that came and went between two looks.
 *
 * @param rows the starter first, and each after its parent
 */
export const kindsOf = (rows: readonly ProcessRow[]): readonly Kind[] => {
  const roles = rolesOf(rows);
  const kinds = new Map<string, Kind & { readonly sharedBytes: number }>();
  const add = (
    { name, component }: Pick<Kind, 'name' | 'component'>,
    row: { instances: number; cpuSeconds: number; ownBytes: number; sharedBytes: number },
  ): void => {
    const sum = kinds.get(name) ?? { instances: 0, cpuSeconds: 0, memoryBytes: 0, sharedBytes: 0 };
    kinds.set(name, {
      name,
      component,
      instances: sum.instances + row.instances,
      cpuSeconds: sum.cpuSeconds + row.cpuSeconds,
      memoryBytes: sum.memoryBytes + row.ownBytes,
      sharedBytes: Math.max(sum.sharedBytes, row.sharedBytes),
    });
  };
  for (const { pid, cpuSeconds, endedSeconds, residentBytes, sharedBytes } of rows) {
    const role = roles.get(pid);
    if (!role) continue;
    add(role, { instances: 1, cpuSeconds, ownBytes: residentBytes - sharedBytes, sharedBytes });
    const ended = { instances: 0, cpuSeconds: endedSeconds, ownBytes: 0, sharedBytes: 0 };
    if (endedSeconds > 0) add(role.children ?? role, ended);
  }
  return [...kinds.values()].map(({ sharedBytes, ...kind }) => ({
    ...kind,
    cpuSeconds: rounded(kind.cpuSeconds),
    memoryBytes: kind.memoryBytes + sharedBytes,
  }));
};
