import type Docker from 'dockerode';
import { type Detail, inspectReplica, listReplicas, type Replica, requireStack } from './containers.ts';
import { asFault } from './errors.ts';
import { type GatewayRow, readGateway } from './gateway.ts';

/** One container, as it was measured at an instant. */
export type Sample = {
  readonly replica: Replica;
  readonly detail: Detail;
  /** ms since 1970. */
  readonly at: number;
  /**
   * Cores used, the mean of the window that ended at `at`; absent the first time that a container is seen, and while
   * it does not run.
   */
  readonly cpu?: { readonly cores: number; readonly windowMs: number };
  /** CPU time since it was started, in s; absent while it does not run. */
  readonly cpuSeconds?: number;
  /** Bytes in use without the page cache, and the most that there may be. */
  readonly memory?: { readonly bytes: number; readonly limitBytes: number };
};

/**
 * A service's requests: all since the gateway started, and those of the last second or so; absent while the gateway
 * does not tell.
 */
export type Requests = { readonly total: number; readonly perSecond?: number };

/** Everything about a stack at an instant. */
export type Samples = {
  readonly at: number;
  readonly containers: readonly Sample[];
  readonly requests: ReadonlyMap<string, Requests>;
};

/** A reading of what a container has used so far. */
type Reading = { readonly at: number; readonly cpuNs: number };

const readingOf = (read: string, cpu: Docker.CPUStats): Reading | undefined => {
  const at = Date.parse(read);
  // A container that does not run is read at the year 1, with zeros.
  return at > 0 ? { at, cpuNs: cpu.cpu_usage.total_usage } : undefined;
};

/**
 * Cores used between two readings.
 *
 * @returns undefined when there is no time between them, or the container was started anew
 */
export const cpuBetween = (before: Reading, now: Reading): Sample['cpu'] => {
  const windowMs = now.at - before.at;
  if (windowMs <= 0 || now.cpuNs < before.cpuNs) return undefined;
  return { cores: (now.cpuNs - before.cpuNs) / 1e6 / windowMs, windowMs };
};

/**
 * Memory without the page cache that the kernel may take back, as `docker stats` shows it: cgroup v1 and v2 name that
 * differently.
 */
export const memoryOf = ({ memory_stats: memory }: Docker.ContainerStats): Sample['memory'] => {
  if (memory.usage === undefined || memory.limit === undefined) return undefined;
  const cache = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0;
  return { bytes: memory.usage - (cache < memory.usage ? cache : 0), limitBytes: memory.limit };
};

/** Requests by service so far. The gateway's own are those of its clients. */
export const requestsOf = (rows: readonly GatewayRow[]): ReadonlyMap<string, number> =>
  new Map(
    rows.flatMap(({ kind, proxy, requests }) => {
      if (kind === 'backend') return [[proxy, requests] as const];
      return kind === 'frontend' && proxy === 'public' ? [['gateway', requests] as const] : [];
    }),
  );

/**
 * Measures a stack time and again: each measure tells what was used since the one before it. The engine looks at its
 * containers once a second, and answers when it has: a measure takes up to a second, and the first, for which it
 * looks twice, up to two.
 *
 * @throws StackError when the stack does not run
 */
export const makeSampler = (docker: Docker, project: string): (() => Promise<Samples>) => {
  let readings = new Map<string, Reading>();
  let served: { readonly at: number; readonly totals: ReadonlyMap<string, number> } | undefined;
  let first = true;

  const measure = async (replica: Replica, next: Map<string, Reading>): Promise<Sample | undefined> => {
    const alone = first ? {} : { 'one-shot': true };
    const [detail, stats] = await Promise.all([
      inspectReplica(docker, replica),
      docker
        .getContainer(replica.id)
        .stats({ stream: false, ...alone })
        .catch((error: unknown) => {
          if (asFault(error).statusCode === undefined) throw error;
          return undefined;
        }),
    ]);
    if (!detail) return undefined;
    const now = stats?.read === undefined ? undefined : readingOf(stats.read, stats.cpu_stats);
    if (!stats || !now || !detail.running) return { replica, detail, at: Date.now() };
    next.set(replica.id, now);
    const before =
      readings.get(replica.id) ?? (first ? readingOf(stats.preread, stats.precpu_stats) : undefined);
    const cpu = before && cpuBetween(before, now);
    const memory = memoryOf(stats);
    const measured = { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}) };
    return { replica, detail, at: now.at, cpuSeconds: now.cpuNs / 1e9, ...measured };
  };

  const count = async (all: readonly Replica[]): Promise<ReadonlyMap<string, Requests>> => {
    const rows = await readGateway(docker, project, all);
    if (!rows) return new Map();
    const [at, totals, last] = [Date.now(), requestsOf(rows), served];
    served = { at, totals };
    return new Map(
      [...totals].map(([service, total]) => {
        const before = last?.totals.get(service);
        const known = last && before !== undefined && total >= before && at > last.at;
        return [
          service,
          known ? { total, perSecond: ((total - before) * 1000) / (at - last.at) } : { total },
        ];
      }),
    );
  };

  return async () => {
    const all = await listReplicas(docker, project);
    requireStack(project, all);
    const next = new Map<string, Reading>();
    if (first) await count(all);
    const containers = await Promise.all(all.map((replica) => measure(replica, next)));
    const requests = await count(all);
    readings = next;
    first = false;
    return { at: Date.now(), containers: containers.filter((one) => one !== undefined), requests };
  };
};
