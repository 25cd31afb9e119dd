import { composeFault } from './compose-faults.ts';
import { requireScalable } from './containers.ts';
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
import { makeSampler } from './samples.ts';
import { rest } from './waiting.ts';

/** A decision about a service, with its inputs. `failed` says why it could not be carried out: the next sync tries again. */
export type Decided = Omit<Decision, 'history'> & {
  /** ms since 1970. */
  readonly at: number;
  readonly service: string;
  readonly rule: Rule;
  readonly pods: readonly Pod[];
  readonly failed?: string;
};

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
};

/** Kubernetes' own period. */
export const SYNC_MS = 15_000;

/** What a replica of each service requests: `deploy.resources.reservations.cpus` of the Compose file, in thousandths of a core. */
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
 * Scales services by the CPU that they use, as Kubernetes' HorizontalPodAutoscaler does: looks every `syncMs`, decides by the rule of hpa.ts and
 * hpa-behaviour.ts, tells each decision, and carries it out through Compose. CPU is the mean since the last look, of every container.
 *
 * @throws StackError when the stack does not run, a service cannot scale, or nothing says what a replica requests
 */
export const autoscale = async (deps: Deps, options: AutoscaleOptions): Promise<void> => {
  const { services, syncMs, forMs, signal, onDecision } = options;
  for (const service of services) requireScalable(service);
  const { requestMilli } = options;
  const requests =
    requestMilli === undefined
      ? await requestsOf(deps, services)
      : new Map(services.map((service) => [service, requestMilli]));
  const sample = makeSampler(deps.docker, deps.project);
  const podsOf = makePods();
  const histories = new Map<string, History>();

  const look = async (): Promise<void> => {
    const samples = await sample();
    const at = Date.now();
    const decided = services.map((service) => {
      const pods = podsOf(samples, service);
      const rule = { ...options.rule, requestMilli: requests.get(service) ?? 0 };
      const history = histories.get(service) ?? startHistory(pods.length, at);
      const { history: next, ...decision } = decide(rule, history, pods.length, pods, at);
      histories.set(service, next);
      return { at, service, rule, pods, ...decision };
    });
    const wanted = decided.filter(({ current, desired }) => current !== desired);
    const failed =
      wanted.length === 0
        ? undefined
        : await setReplicas(deps, Object.fromEntries(wanted.map((one) => [one.service, one.desired]))).then(
            () => undefined,
            (error: unknown) => {
              if (error instanceof StackError) return error.message;
              throw error;
            },
          );
    for (const one of decided) {
      const changes = wanted.includes(one);
      const history = histories.get(one.service);
      if (changes && failed === undefined && history)
        histories.set(one.service, afterChange(history, Date.now(), one.desired - one.current));
      onDecision(changes && failed !== undefined ? { ...one, failed } : one);
    }
  };

  const start = Date.now();
  const end = forMs === undefined ? Number.POSITIVE_INFINITY : start + forMs;
  for (let next = start; next <= end && !signal?.aborted; ) {
    await look();
    // A sync that took long, as a replica drained, makes the next one late, and skips none that is due later.
    next += syncMs * Math.max(1, Math.ceil((Date.now() - next) / syncMs));
    await rest(Math.min(next, end) - Date.now(), signal);
  }
};
