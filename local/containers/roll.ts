import {
  inspectReplica,
  type Replica,
  replicasOf,
  requireScalable,
  unlessGone,
  unlessSo,
} from './containers.ts';
import type { Deps } from './deps.ts';
import { StackError } from './errors.ts';
import { setReplicas } from './replicas.ts';
import { SERVING_MS, untilServing } from './serving.ts';

/** A replica that was replaced. */
export type Replaced = {
  readonly removed: string;
  readonly added: string;
  /** From the order for the new one to its first possible request, in ms. */
  readonly readyMs: number;
  /** From SIGTERM to the end of the old one, in ms. */
  readonly drainMs: number;
  /** Of the old one; 137 when it was killed, because it did not end within the grace. Undefined when somebody else removed it. */
  readonly exitCode: number | undefined;
};

/** How a roll goes. */
export type RollOptions = {
  /** Longest wait in ms for a new replica to serve. */
  readonly withinMs?: number;
  /** Seconds from SIGTERM to SIGKILL: more than the 25 s after which a service ends itself. */
  readonly graceSeconds?: number;
  /** Ends the roll before the next replica. */
  readonly signal?: AbortSignal;
  readonly onReplaced?: (replaced: Replaced) => void;
};

/** Sends SIGTERM, waits for the end, and removes the container. */
const drain = async (
  { docker }: Deps,
  replica: Replica,
  graceSeconds: number,
): Promise<Pick<Replaced, 'drainMs' | 'exitCode'>> => {
  const container = docker.getContainer(replica.id);
  const start = Date.now();
  await unlessSo(container.stop({ t: graceSeconds }));
  const drainMs = Date.now() - start;
  const exitCode = (await inspectReplica(docker, replica))?.exitCode;
  await unlessGone(container.remove({ v: true }));
  return { drainMs, exitCode };
};

/** Adds one replica and waits until it serves; one that does not is removed again. */
const add = async (deps: Deps, service: string, withinMs: number): Promise<Replica> => {
  const look = () => replicasOf(deps.docker, deps.project, service);
  const before = new Set((await look()).map(({ id }) => id));
  const added = async () => (await look()).filter(({ id }) => !before.has(id));
  try {
    await setReplicas(deps, { [service]: before.size + 1 });
    const [replica] = await added();
    if (!replica)
      throw new StackError(`Compose added no replica of ${service}: is another command changing it?`);
    await untilServing(deps, replica.id, withinMs);
    return replica;
  } catch (error) {
    for (const { id } of await added().catch(() => []))
      await unlessGone(deps.docker.getContainer(id).remove({ force: true, v: true })).catch(() => {});
    throw error;
  }
};

/**
 * Replaces all replicas of a service, one at a time and without a failed request: a new one is added, from the image
 * as it is now; when Docker says that it is healthy and the gateway that it is UP, an old one gets SIGTERM, drains,
 * and is removed; and so on. At no time are there fewer replicas than before.
 *
 * Killed in between, it leaves all replicas serving, and at most one more than there were: `scale` puts that right.
 *
 * @throws StackError when a new replica does not come up: it is removed, with its last log lines in the error, and
 *   the others serve on
 */
export const roll = async (
  deps: Deps,
  service: string,
  { withinMs = SERVING_MS, graceSeconds = 30, signal, onReplaced }: RollOptions = {},
): Promise<readonly Replaced[]> => {
  const old = [...(await replicasOf(deps.docker, deps.project, service))];
  requireScalable(service);
  // Those that do not serve anyway go first.
  old.sort((a, b) => Number(a.state === 'running') - Number(b.state === 'running') || a.number - b.number);
  const done: Replaced[] = [];
  for (const replica of old) {
    if (signal?.aborted) break;
    const start = Date.now();
    const fresh = await add(deps, service, withinMs).catch((error: unknown) => {
      if (!(error instanceof StackError)) throw error;
      const left = `${done.length} of ${old.length} replicas of ${service} are new; all others serve on.`;
      throw new StackError(`${error.message}\nThe roll has ended: ${left}`, { cause: error });
    });
    const readyMs = Date.now() - start;
    const replaced = {
      removed: replica.name,
      added: fresh.name,
      readyMs,
      ...(await drain(deps, replica, graceSeconds)),
    };
    done.push(replaced);
    onReplaced?.(replaced);
  }
  return done;
};
