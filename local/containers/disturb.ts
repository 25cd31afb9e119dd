import { inspectReplica, type Replica, replicasOf, unlessGone, unlessSo } from './containers.ts';
import type { Deps } from './deps.ts';
import { StackError } from './errors.ts';
import { lookUntil, rest } from './waiting.ts';

/** How long what is done lasts, in ms; without end unless given. The signal ends it early. */
export type Lasting = { readonly forMs?: number; readonly signal?: AbortSignal };

/** Longest wait for the end after a signal that a process may take its time for: the longest stop_grace_period. */
const END_MS = 60_000;

/**
 * The containers that a target names: `orders` all of that service, `orders-2` the one with that number.
 *
 * @throws StackError when there is none
 */
export const targetsOf = async ({ docker, project }: Deps, target: string): Promise<readonly Replica[]> => {
  const [, base = target, number] = /^(.+)-(\d+)$/.exec(target) ?? [];
  const all = await replicasOf(docker, project, base);
  const some = number === undefined ? all : all.filter((replica) => replica.number === Number(number));
  if (some.length > 0) return some;
  const numbers = all.map((replica) => replica.number).join(', ');
  throw new StackError(`There is no ${target}: the containers of ${base} have the numbers ${numbers}.`);
};

const inState = async (deps: Deps, target: string, state: string): Promise<readonly Replica[]> => {
  const some = (await targetsOf(deps, target)).filter((replica) => replica.state === state);
  if (some.length === 0) throw new StackError(`No container of ${target} is ${state}.`);
  return some;
};

/**
 * Sends a signal to the containers of a target, waits until they have ended, and starts them again after a time. One
 * that is killed by hand is not started by its restart policy.
 *
 * @param options `forMs` from their end to their start; undefined leaves them
 * @returns the names of those that got the signal
 */
export const kill = async (
  deps: Deps,
  target: string,
  { forMs, signal, killSignal = 'SIGKILL' }: Lasting & { readonly killSignal?: string } = {},
): Promise<readonly string[]> => {
  const some = await inState(deps, target, 'running');
  await Promise.all(
    some.map(({ id }) => unlessGone(deps.docker.getContainer(id).kill({ signal: killSignal }))),
  );
  if (forMs === undefined) return some.map(({ name }) => name);
  const ended = await lookUntil(async () => {
    const details = await Promise.all(some.map((replica) => inspectReplica(deps.docker, replica)));
    return details.every((detail) => !detail?.running) || undefined;
  }, END_MS);
  if (!ended) throw new StackError(`${killSignal} did not end ${target} within ${END_MS / 1000} s.`);
  await rest(forMs, signal);
  await Promise.all(some.map(({ id }) => unlessSo(deps.docker.getContainer(id).start())));
  return some.map(({ name }) => name);
};

/** Lets the containers of a target go on that are paused. @returns their names */
export const unpause = async (deps: Deps, target: string): Promise<readonly string[]> => {
  const some = await inState(deps, target, 'paused');
  await Promise.all(some.map(({ id }) => unlessGone(deps.docker.getContainer(id).unpause())));
  return some.map(({ name }) => name);
};

/** Freezes the containers of a target: they keep their connections and answer nothing. @returns their names */
export const pause = async (
  deps: Deps,
  target: string,
  { forMs, signal }: Lasting = {},
): Promise<readonly string[]> => {
  const some = await inState(deps, target, 'running');
  await Promise.all(some.map(({ id }) => unlessGone(deps.docker.getContainer(id).pause())));
  if (forMs === undefined) return some.map(({ name }) => name);
  await rest(forMs, signal);
  return unpause(deps, target);
};
