import type { Detail } from './containers.ts';
import type { Pod } from './hpa.ts';
import type { Sample, Samples } from './samples.ts';

const PENDING = new Set(['created']);
const ENDED = new Set(['exited', 'dead', 'removing']);

/**
 * Since when a container that is seen for the first time is as ready as it is, as far as the log of its health check
 * tells.
 */
const changedAt = ({ checks, startedAt, health }: Detail): number => {
  if (health === 'starting' || checks.length === 0) return startedAt;
  const passed = checks.at(-1)?.passed;
  const same = checks.slice(checks.findLastIndex((check) => check.passed !== passed) + 1);
  return same[0]?.at ?? startedAt;
};

const isReady = ({ running, health }: Detail): boolean =>
  running && (health === 'healthy' || health === 'none');

/**
 * Turns samples into what the rule calls pods. A container is ready when its health check passes; one that is being
 * started again after a crash runs, is not ready, and has no metric. When readiness changed is known from one sample
 * to the next.
 */
export const makePods = (): ((samples: Samples, service: string) => readonly Pod[]) => {
  const known = new Map<string, { readonly ready: boolean; readonly at: number }>();
  const podOf = ({ replica, detail, at, cpu }: Sample): Pod => {
    const ready = isReady(detail);
    const before = known.get(replica.id);
    const change = before?.ready === ready ? before.at : before ? at : changedAt(detail);
    known.set(replica.id, { ready, at: change });
    const { state, name } = replica;
    return {
      name,
      phase: PENDING.has(state) ? 'pending' : ENDED.has(state) ? 'ended' : 'running',
      startedAt: detail.startedAt,
      ready,
      readyChangedAt: change,
      ...(cpu ? { cpu: { milli: cpu.cores * 1000, at, windowMs: cpu.windowMs } } : {}),
    };
  };
  return (samples, service) =>
    samples.containers.filter(({ replica }) => replica.service === service).map(podOf);
};
