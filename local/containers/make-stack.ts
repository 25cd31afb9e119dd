import { type AutoscaleOptions, autoscale } from './autoscale.ts';
import { makeCompose } from './compose.ts';
import { listReplicas, type Replica } from './containers.ts';
import type { Deps } from './deps.ts';
import { kill, type Lasting, pause, unpause } from './disturb.ts';
import { connectEngine } from './engine.ts';
import { type GatewayRow, readGateway } from './gateway.ts';
import { type LogOptions, showLogs } from './logs.ts';
import { cut, heal, type Rewired } from './network-cut.ts';
import type { Counts } from './replicas.ts';
import { type Replaced, type RollOptions, roll } from './roll.ts';
import { makeSampler, type Samples } from './samples.ts';
import { type Scaled, scale } from './scale.ts';
import { down, up, urlsText } from './up.ts';

/** Everything that can be done with one stack, for programs and tests. What goes wrong is a StackError. */
export type Stack = {
  readonly project: string;
  readonly up: (options: Parameters<typeof up>[1]) => Promise<void>;
  readonly down: (volumes: boolean) => Promise<void>;
  readonly urls: () => Promise<string>;
  readonly replicas: () => Promise<readonly Replica[]>;
  readonly gateway: () => Promise<readonly GatewayRow[] | undefined>;
  /** Measures time and again: see `makeSampler`. */
  readonly sampler: () => () => Promise<Samples>;
  readonly logs: (options: LogOptions) => Promise<void>;
  readonly scale: (counts: Counts, withinMs?: number) => Promise<readonly Scaled[]>;
  readonly roll: (service: string, options?: RollOptions) => Promise<readonly Replaced[]>;
  readonly kill: (
    target: string,
    options?: Lasting & { readonly killSignal?: string },
  ) => Promise<readonly string[]>;
  readonly pause: (target: string, lasting?: Lasting) => Promise<readonly string[]>;
  readonly unpause: (target: string) => Promise<readonly string[]>;
  readonly cut: (service: string, lasting?: Lasting) => Promise<readonly Rewired[]>;
  readonly heal: (service: string) => Promise<readonly Rewired[]>;
  readonly autoscale: (options: AutoscaleOptions) => Promise<void>;
};

/** The stack of a Compose project. */
export const makeStack = (deps: Deps): Stack => ({
  project: deps.project,
  up: (options) => up(deps, options),
  down: (volumes) => down(deps, volumes),
  urls: () => urlsText(deps),
  replicas: () => listReplicas(deps.docker, deps.project),
  gateway: () => readGateway(deps.docker, deps.project),
  sampler: () => makeSampler(deps.docker, deps.project),
  logs: (options) => showLogs(deps.docker, deps.project, options),
  scale: (counts, withinMs) => scale(deps, counts, withinMs),
  roll: (service, options) => roll(deps, service, options),
  kill: (target, options) => kill(deps, target, options),
  pause: (target, lasting) => pause(deps, target, lasting),
  unpause: (target) => unpause(deps, target),
  cut: (service, lasting) => cut(deps, service, lasting),
  heal: (service) => heal(deps, service),
  autoscale: (options) => autoscale(deps, options),
});

/**
 * The stack of a Compose project on the engine of DOCKER_HOST, or of Docker's current context.
 *
 * @param project the Compose project's name
 * @param files Compose files in place of the usual ones
 * @throws StackError when no engine answers
 */
export const openStack = async (project: string, files: readonly string[] = []): Promise<Stack> =>
  makeStack({ docker: await connectEngine(), project, compose: makeCompose(project, files) });
