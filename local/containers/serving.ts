import { tellOfContainer } from './compose-faults.ts';
import { inspectReplica, listReplicas } from './containers.ts';
import type { Deps } from './deps.ts';
import { StackError } from './errors.ts';
import { isUp, readGateway } from './gateway.ts';
import { lookUntil } from './waiting.ts';

/** Longest time from the start of a replica to its first request, in ms, unless another is given. */
export const SERVING_MS = 60_000;

/** How one replica stands. */
type Standing =
  | { readonly serves: true }
  | { readonly serves: false; readonly failed: boolean; readonly why: string };

const NOT_UP = 'is healthy, but the gateway does not send it requests';

const standingOf = async ({ docker, project }: Deps, id: string): Promise<Standing> => {
  const all = await listReplicas(docker, project);
  const replica = all.find((one) => one.id === id);
  const detail = replica && (await inspectReplica(docker, replica));
  if (!replica || !detail)
    return { serves: false, failed: true, why: 'A new container was removed before it served.' };
  // A new container that is started anew has crashed.
  if (!detail.running || detail.restarts > 0 || detail.health === 'unhealthy')
    return { serves: false, failed: true, why: await tellOfContainer(docker, replica) };
  if (detail.health === 'starting')
    return { serves: false, failed: false, why: `${replica.name} is not healthy yet.` };
  const rows = await readGateway(docker, project, all);
  if (!rows) return { serves: false, failed: false, why: "The gateway's statistics do not answer." };
  if (!isUp(rows, replica)) return { serves: false, failed: false, why: `${replica.name} ${NOT_UP}.` };
  return { serves: true };
};

/**
 * Waits until a new replica serves: Docker says that it is healthy, and the gateway's statistics that its address is
 * UP.
 *
 * @throws StackError at once when it ended or is unhealthy, with its last log lines; or when the time is over, with
 *   what is missing
 */
export const untilServing = async (deps: Deps, id: string, withinMs = SERVING_MS): Promise<void> => {
  let last = '';
  const served = await lookUntil(async () => {
    const standing = await standingOf(deps, id);
    if (standing.serves) return true;
    if (standing.failed) throw new StackError(standing.why);
    last = standing.why;
    return undefined;
  }, withinMs);
  if (!served) throw new StackError(`After ${withinMs / 1000} s: ${last}`);
};
