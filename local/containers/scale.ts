import { replicasOf, requireScalable } from './containers.ts';
import type { Deps } from './deps.ts';
import { type Counts, setReplicas } from './replicas.ts';
import { SERVING_MS, untilServing } from './serving.ts';

/** What Compose leaves as it is; anything else is started, and waited for. */
const SERVING_STATES = new Set(['running', 'paused']);

/** What scaling did to one service. */
export type Scaled = { readonly service: string; readonly from: number; readonly to: number };

/**
 * Gives services so many replicas each, and waits until every new one serves. Those that are too many drain first.
 *
 * @param withinMs longest wait for a new replica to serve
 * @throws StackError for a service that has one replica only, and when a new one does not come up: it stays, to be
 *   looked at
 */
export const scale = async (
  deps: Deps,
  counts: Counts,
  withinMs = SERVING_MS,
): Promise<readonly Scaled[]> => {
  const look = (service: string) => replicasOf(deps.docker, deps.project, service);
  const before = new Map<string, ReadonlySet<string>>();
  const scaled: Scaled[] = [];
  for (const [service, to] of Object.entries(counts)) {
    const own = await look(service);
    requireScalable(service);
    before.set(service, new Set(own.filter(({ state }) => SERVING_STATES.has(state)).map(({ id }) => id)));
    scaled.push({ service, from: own.length, to });
  }
  await setReplicas(deps, counts);
  for (const [service, old] of before) {
    const started = (await look(service)).filter(({ id }) => !old.has(id));
    await Promise.all(started.map(({ id }) => untilServing(deps, id, withinMs)));
  }
  return scaled;
};
