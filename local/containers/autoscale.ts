import { composeFault } from './compose-faults.ts';
import { replicasOf, requireScalable } from './containers.ts';
import type { Deps } from './deps.ts';
import { StackError } from './errors.ts';
import type { Pod } from './hpa.ts';
import {
  afterChange,
  type Decision,
  decide,
  type History,
  type Rule,
  startHistory,
} from './hpa-behaviour.ts';
import { makePods } from './pods.ts';
import { setReplicas } from './replicas.ts';
import { makeSampler, type Samples } from './samples.ts';
import { rest } from './waiting.ts';

/** A decision about a service, with its inputs. */
export type Decided = Omit<Decision, 'history'> & {
  /** The instant of the sync, in ms since 1970. */
  readonly at: number;
  readonly service: string;
  readonly rule: Rule;
  readonly pods: readonly Pod[];
};

/** Decisions that could not be carried out, and why. */
export type Failed = { readonly at: number; readonly services: readonly string[]; readonly failed: string };

/** How services are scaled. Times in ms. */
export type AutoscaleOptions = {
  readonly services: readonly string[];
  /** The rule, but for what a replica requests. */
  readonly rule: Omit<Rule, 'requestMilli'>;
  /** What a replica requests, in thousandths of a core; from the Compose file unless given. */
  readonly requestMilli?: number;
  /** From one decision to the next. Flag `--horizontal-pod-autoscaler-sync-period`. */
  readonly syncMs: number;
  /** Without end unless given. */
  readonly forMs?: number;
  readonly signal?: AbortSignal;
  readonly onDecision: (decided: Decided) => void;
  /** Some decisions could not be carried out: the next sync decides anew. */
  readonly onFailed?: (failed: Failed) => void;
};

/** Kubernetes' own period. */
export const SYNC_MS = 15_000;

/**
 * What a replica of each service requests: `deploy.resources.reservations.cpus` of the Compose file, in thousandths
 * of a core.
 */
const requestsOf = async (
  { docker, project, compose }: Deps,
  services: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const config = await compose.config().catch(async (error: unknown) => {
    throw await composeFault(error, docker, project, compose);
  });
  return new Map(
    services.map((service) => {
      const cpus = config.services[service]?.deploy?.resources?.reservations?.cpus;
      if (!cpus)
        throw new StackError(`${service} reserves no CPU in the Compose file: give --request, e.g. 250m.`);
      return [service, Math.round(cpus * 1000)];
    }),
  );
};

/**
 * Scales services by the CPU that they use, as Kubernetes' HorizontalPodAutoscaler does: looks every `syncMs`,
 * decides by the rule of hpa.ts and hpa-behaviour.ts, tells each decision, and carries it out through Compose. CPU is
 * the mean since the last look, of every container.
 *
 * @throws StackError when the stack does not run, a service cannot scale, or nothing says what a replica requests
 */
export const autoscale = async (deps: Deps, options: AutoscaleOptions): Promise<void> => {
  const { services, syncMs, forMs, signal, onDecision, onFailed } = options;
  for (const service of services) {
    await replicasOf(deps.docker, deps.project, service);
    requireScalable(service);
  }
  const { requestMilli } = options;
  const requests =
    requestMilli === undefined
      ? await requestsOf(deps, services)
      : new Map(services.map((service) => [service, requestMilli]));
  const sample = makeSampler(deps.docker, deps.project);
  const podsOf = makePods();
  const histories = new Map<string, History>();

  /** Carries decisions out: true when the stack is as they say. */
  const apply = async (wanted: readonly Decided[], at: number): Promise<boolean> => {
    try {
      await setReplicas(deps, Object.fromEntries(wanted.map(({ service, desired }) => [service, desired])));
      return true;
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      onFailed?.({ at, services: wanted.map(({ service }) => service), failed: error.message });
      return false;
    }
  };
  const sync = async (samples: Samples, at: number): Promise<void> => {
    const wanted: Decided[] = [];
    for (const service of services) {
      const pods = podsOf(samples, service);
      const rule = { ...options.rule, requestMilli: requests.get(service) ?? 0 };
      const before = histories.get(service) ?? startHistory(pods.length, at);
      const { history, ...decision } = decide(rule, before, pods.length, pods, at);
      histories.set(service, history);
      const decided = { at, service, rule, pods, ...decision };
      onDecision(decided);
      if (decided.desired !== decided.current) wanted.push(decided);
    }
    if (wanted.length === 0 || !(await apply(wanted, at))) return;
    for (const { service, current, desired } of wanted) {
      const history = histories.get(service);
      if (history) histories.set(service, afterChange(history, at, desired - current));
    }
  };

  let samples = await sample();
  // The rule's clock is the plan's, so that two syncs are never a millisecond less than a period apart.
  let at = Date.now();
  const end = at + (forMs ?? Number.POSITIVE_INFINITY);
  for (;;) {
    await sync(samples, at);
    // Carrying out may take longer than a period, as when a replica drains: what is due meanwhile is left out.
    at += syncMs * Math.max(1, Math.ceil((Date.now() - at) / syncMs));
    await rest(Math.min(at, end) - Date.now(), signal);
    if (at > end || signal?.aborted) return;
    samples = await sample();
  }
};
