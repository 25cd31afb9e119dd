/**
 * How many replicas a service should have for the CPU that it uses: the published rule of Kubernetes'
 * HorizontalPodAutoscaler, as a pure function.
 *
 * Sources: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ ("Algorithm details"), and,
 * where that page is silent, `GetResourceReplicas` and `groupPods` of
 * kubernetes/pkg/controller/podautoscaler/replica_calculator.go and `GetResourceUtilizationRatio` of its
 * metrics/utilization.go. hpa-behaviour.ts has what follows: windows and rates.
 */

/** The numbers of the rule. Times in ms. */
export type Metric = {
  /** Wanted CPU, in % of what is requested. */
  readonly target: number;
  /** What one replica requests, in thousandths of a core. */
  readonly requestMilli: number;
  /** The ratio of use to target may differ from 1 by this much. Flag `--horizontal-pod-autoscaler-tolerance`. */
  readonly tolerance: number;
  /**
   * How long a start may use CPU that says nothing about load. Flag
   * `--horizontal-pod-autoscaler-cpu-initialization-period`.
   */
  readonly initializationMs: number;
  /**
   * A first change to unready so soon after the start is none. Flag
   * `--horizontal-pod-autoscaler-initial-readiness-delay`.
   */
  readonly readinessDelayMs: number;
};

/** A replica, as the rule sees it. Instants in ms since 1970. */
export type Pod = {
  readonly name: string;
  /** `pending` was created and does not run yet; `ended` failed, finished or is being removed. */
  readonly phase: 'running' | 'pending' | 'ended';
  readonly startedAt: number;
  readonly ready: boolean;
  /** When `ready` last changed. */
  readonly readyChangedAt: number;
  /** CPU in thousandths of a core, the mean of the window that ended at `at`. Absent when nothing was measured. */
  readonly cpu?: { readonly milli: number; readonly at: number; readonly windowMs: number };
};

/** Names of the pods by what the rule makes of them. */
export type Groups = Readonly<Record<'counted' | 'unready' | 'missing' | 'ignored', readonly string[]>>;

/** What the metric asks for. */
export type Proposal = {
  readonly replicas: number;
  readonly groups: Groups;
  /**
   * CPU used by the counted pods in % of their requests, rounded down as Kubernetes does; absent without a metric.
   */
  readonly utilization?: number;
  /** Utilization over target. */
  readonly ratio?: number;
  /** The same once more, with pods that are unready or without a metric filled in. */
  readonly correctedRatio?: number;
  readonly why: 'no-metrics' | 'within-tolerance' | 'would-turn-round' | 'metric';
};

const isUnready = (pod: Pod, cpu: NonNullable<Pod['cpu']>, rule: Metric, now: number): boolean => {
  // While it may still be starting, a sample counts when the pod is ready and all of the sample was taken since.
  if (pod.startedAt + rule.initializationMs > now)
    return !pod.ready || cpu.at < pod.readyChangedAt + cpu.windowMs;
  // Later it counts also when the pod is unready, unless it never was ready.
  return !pod.ready && pod.startedAt + rule.readinessDelayMs > pod.readyChangedAt;
};

const groupOf = (pod: Pod, rule: Metric, now: number): keyof Groups => {
  if (pod.phase === 'ended') return 'ignored';
  if (pod.phase === 'pending') return 'unready';
  if (!pod.cpu) return 'missing';
  return isUnready(pod, pod.cpu, rule, now) ? 'unready' : 'counted';
};

/**
 * Desired replicas = ceil(replicas x utilization / target), except that nothing changes within the tolerance. With
 * pods that are missing a metric or are not ready, the ratio is computed a second time with them filled in: missing
 * ones use 100 % of their request (or the target, if that is higher) when it would go down, and 0 % when it would go
 * up; unready ones 0 % when it would go up. A second ratio within the tolerance, or on the other side of 1, changes
 * nothing.
 *
 * @param current the replicas that there are
 */
export const propose = (rule: Metric, current: number, pods: readonly Pod[], now: number): Proposal => {
  const named = (group: keyof Groups): Pod[] => pods.filter((pod) => groupOf(pod, rule, now) === group);
  const [counted, unready, missing] = [named('counted'), named('unready'), named('missing')];
  const names = (some: readonly Pod[]): string[] => some.map(({ name }) => name);
  const groups: Groups = {
    counted: names(counted),
    unready: names(unready),
    missing: names(missing),
    ignored: names(named('ignored')),
  };
  if (counted.length === 0) return { replicas: current, groups, why: 'no-metrics' };

  const used = counted.reduce((sum, { cpu }) => sum + Math.ceil(cpu?.milli ?? 0), 0);
  const utilizationOf = (milli: number, count: number): number =>
    Math.floor((milli * 100) / (rule.requestMilli * count));
  const within = (ratio: number): boolean => 1 - rule.tolerance <= ratio && ratio <= 1 + rule.tolerance;

  const utilization = utilizationOf(used, counted.length);
  const ratio = utilization / rule.target;
  const seen = { groups, utilization, ratio };
  const addUnready = unready.length > 0 && ratio > 1;
  if (!addUnready && missing.length === 0) {
    if (within(ratio)) return { ...seen, replicas: current, why: 'within-tolerance' };
    return { ...seen, replicas: Math.ceil(ratio * counted.length), why: 'metric' };
  }

  const fallback = Math.trunc((rule.requestMilli * Math.max(100, rule.target)) / 100);
  // At a ratio of exactly 1 Kubernetes fills in nothing for those that are missing.
  const filled = counted.length + (ratio === 1 ? 0 : missing.length) + (addUnready ? unready.length : 0);
  const milli = used + (ratio < 1 ? missing.length * fallback : 0);
  const correctedRatio = utilizationOf(milli, filled) / rule.target;
  const corrected = { ...seen, correctedRatio, replicas: current };
  if (within(correctedRatio)) return { ...corrected, why: 'within-tolerance' };
  if (ratio < 1 !== correctedRatio < 1) return { ...corrected, why: 'would-turn-round' };
  const replicas = Math.ceil(correctedRatio * filled);
  if (correctedRatio < 1 ? replicas > current : replicas < current)
    return { ...corrected, why: 'would-turn-round' };
  return { ...corrected, replicas, why: 'metric' };
};
