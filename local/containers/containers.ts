import type Docker from 'dockerode';
import { asFault, StackError } from './errors.ts';

/** The services that may have several replicas. */
export const SCALABLE = ['auth', 'inventory', 'orders'] as const;

/** A container of the stack. */
export type Replica = {
  readonly id: string;
  /** Without the slash of Docker's own names, e.g. `duet-orders-2`. */
  readonly name: string;
  readonly service: string;
  /** Its number among the containers of its service, from 1. */
  readonly number: number;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  readonly state: string;
  /** Its addresses on all its networks; none while it is cut off or does not run. */
  readonly addresses: readonly string[];
  /** The host's end of every port that is published, by the container's port. */
  readonly published: ReadonlyMap<number, { readonly host: string; readonly port: number }>;
};

/** What only `inspect` tells. Instants in ms since 1970. */
export type Detail = {
  readonly running: boolean;
  /** `none` without a health check. */
  readonly health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  /** The latest results of the health check, oldest first. */
  readonly checks: readonly { readonly at: number; readonly passed: boolean }[];
  readonly startedAt: number;
  readonly exitCode: number;
  readonly restarts: number;
  /** Runs once and ends: what it does is done when it has ended with exit code 0. */
  readonly job: boolean;
};

const ANY_ADDRESS = new Set(['0.0.0.0', '::', '']);

const replicaOf = (info: Docker.ContainerInfo): Replica => ({
  id: info.Id,
  name: (info.Names[0] ?? info.Id.slice(0, 12)).replace(/^\//, ''),
  service: info.Labels['com.docker.compose.service'] ?? '',
  number: Number(info.Labels['com.docker.compose.container-number'] ?? 0),
  state: info.State,
  addresses: Object.values(info.NetworkSettings?.Networks ?? {}).flatMap(({ IPAddress }) => IPAddress || []),
  published: new Map(
    (info.Ports ?? []).flatMap(({ IP, PrivatePort, PublicPort }) =>
      PublicPort ? [[PrivatePort, { host: ANY_ADDRESS.has(IP) ? '127.0.0.1' : IP, port: PublicPort }]] : [],
    ),
  ),
});

/**
 * All containers of a Compose project, in any state, by service and number; without those of `docker compose run`.
 */
export const listReplicas = async (docker: Docker, project: string): Promise<readonly Replica[]> => {
  const label = [`com.docker.compose.project=${project}`, 'com.docker.compose.oneoff=False'];
  const found = await docker.listContainers({ all: true, filters: { label } });
  return found.map(replicaOf).sort((a, b) => a.service.localeCompare(b.service) || a.number - b.number);
};

/**
 * The containers of one service.
 *
 * @throws StackError when the stack does not run, or has no such service
 */
export const replicasOf = async (
  docker: Docker,
  project: string,
  service: string,
): Promise<readonly Replica[]> => {
  const all = await listReplicas(docker, project);
  requireStack(project, all);
  const own = all.filter((replica) => replica.service === service);
  if (own.length > 0) return own;
  const services = [...new Set(all.map((replica) => replica.service))].join(', ');
  throw new StackError(`There is no service "${service}" in the stack ${project}: it has ${services}.`);
};

/** @throws StackError when there are no containers */
export const requireStack = (project: string, all: readonly Replica[]): void => {
  if (all.length === 0)
    throw new StackError(`The stack ${project} does not run: npm run stack -- up starts it.`);
};

const REASONS: Readonly<Record<string, string>> = {
  gateway: ': it holds the published ports',
  postgres: ': two servers cannot share one data directory',
};

/** @throws StackError for a service that cannot have several replicas, with the reason */
export const requireScalable = (service: string): void => {
  if (SCALABLE.some((name) => name === service)) return;
  throw new StackError(
    `${service} cannot have several replicas${REASONS[service] ?? ''}. Those that scale are ${SCALABLE.join(', ')}.`,
  );
};

/** What the engine answers when a container is in the wanted state already, and when there is none. */
const ALREADY_SO = 304;
const GONE = 404;

const unless = async <T>(call: Promise<T>, statuses: readonly number[]): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (statuses.includes(asFault(error).statusCode ?? 0)) return undefined;
    throw error;
  }
};

/** What a call returns; undefined when the container is gone, as it may be at any time. */
export const unlessGone = <T>(call: Promise<T>): Promise<T | undefined> => unless(call, [GONE]);

/** Starts or stops a container that may be gone, or be so already. */
export const unlessSo = async (call: Promise<unknown>): Promise<void> => {
  await unless(call, [GONE, ALREADY_SO]);
};

const HEALTH = ['healthy', 'unhealthy', 'starting'] as const;

/** Looks a container up; undefined when it is gone. */
export const inspectReplica = async (
  docker: Docker,
  { id }: Pick<Replica, 'id'>,
): Promise<Detail | undefined> => {
  const found = await unlessGone(docker.getContainer(id).inspect());
  if (!found) return undefined;
  const { State, RestartCount, HostConfig } = found;
  return {
    running: State.Running && !State.Restarting,
    health: HEALTH.find((state) => state === State.Health?.Status) ?? 'none',
    checks: (State.Health?.Log ?? []).map(({ End, ExitCode }) => ({
      at: Date.parse(End),
      passed: ExitCode === 0,
    })),
    startedAt: Date.parse(State.StartedAt),
    exitCode: State.ExitCode,
    restarts: RestartCount,
    job: (HostConfig.RestartPolicy?.Name || 'no') === 'no',
  };
};
