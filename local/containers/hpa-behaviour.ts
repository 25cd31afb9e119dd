import { type Metric, type Pod, type Proposal, propose } from './hpa.ts';

/**
 * What stands between the replicas that the metric asks for and those that a service gets: the stabilization windows,
 * the rates, and the range. As Kubernetes' autoscaling/v2 has it in `spec.behavior` with its defaults and
 * `selectPolicy: Max`.
 *
 * Sources: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ ("Configurable scaling
 * behavior", "Default behavior"), and `stabilizeRecommendationWithBehaviors`,
 * `convertDesiredReplicasWithBehaviorRate` and `reconcileAutoscaler` of
 * kubernetes/pkg/controller/podautoscaler/horizontal.go.
 */

/** All numbers of the rule. Times in ms. */
export type Rule = Metric & {
  readonly min: number;
  readonly max: number;
  /** Up by the larger of so many replicas and so many % within a period. */
  readonly upPods: number;
  readonly upPercent: number;
  readonly upPeriodMs: number;
  /** Up to the lowest number that was asked for in this time. */
  readonly upWindowMs: number;
  readonly downPercent: number;
  readonly downPeriodMs: number;
  /** Down to the highest number that was asked for in this time. */
  readonly downWindowMs: number;
};

/**
 * Kubernetes' defaults, and 60 % of the request as the target. What a replica requests is known from its service
 * alone.
 */
export const DEFAULTS: Omit<Rule, 'requestMilli'> = {
  target: 60,
  tolerance: 0.1,
  initializationMs: 300_000,
  readinessDelayMs: 30_000,
  min: 1,
  max: 10,
  upPods: 4,
  upPercent: 100,
  upPeriodMs: 15_000,
  upWindowMs: 0,
  downPercent: 100,
  downPeriodMs: 15_000,
  downWindowMs: 300_000,
};

/** What was asked for, and what was done: all that the rule remembers. Instants in ms since 1970. */
export type History = {
  readonly proposals: readonly { readonly at: number; readonly replicas: number }[];
  /** Above 0 for replicas that were added, below for those that were removed. */
  readonly changes: readonly { readonly at: number; readonly by: number }[];
};

/** A decision, with everything that led to it. */
export type Decision = {
  readonly current: number;
  readonly desired: number;
  /** Absent when the number of replicas was out of range, and when there are none: nothing is measured then. */
  readonly proposal?: Proposal;
  /** What was asked for, after the windows. */
  readonly stabilized?: number;
  /** How far the rate lets it go in this direction now. */
  readonly limit?: number;
  readonly why: Proposal['why'] | 'above-max' | 'below-min' | 'none' | 'window' | 'rate' | 'max' | 'min';
  readonly history: History;
};

const stabilize = (
  rule: Rule,
  { proposals }: History,
  current: number,
  asked: number,
  now: number,
): number => {
  const since = (windowMs: number): number[] =>
    proposals.filter(({ at }) => at > now - windowMs).map(({ replicas }) => replicas);
  const lowest = Math.min(asked, ...since(rule.upWindowMs));
  const highest = Math.max(asked, ...since(rule.downWindowMs));
  return Math.min(Math.max(current, lowest), highest);
};

/** Replicas at the start of the period that ends now. */
const before = ({ changes }: History, current: number, periodMs: number, now: number): number =>
  current - changes.filter(({ at }) => at > now - periodMs).reduce((sum, { by }) => sum + by, 0);

const upLimit = (rule: Rule, history: History, current: number, now: number): number => {
  const start = before(history, current, rule.upPeriodMs, now);
  const limit = Math.max(start + rule.upPods, Math.ceil(start * (1 + rule.upPercent / 100)));
  return Math.max(current, limit);
};

const downLimit = (rule: Rule, history: History, current: number, now: number): number => {
  const start = before(history, current, rule.downPeriodMs, now);
  return Math.min(current, Math.trunc(start * (1 - rule.downPercent / 100)));
};

const remember = (rule: Rule, history: History, now: number, replicas: number): History => {
  const windowMs = Math.max(rule.upWindowMs, rule.downWindowMs);
  const periodMs = Math.max(rule.upPeriodMs, rule.downPeriodMs);
  return {
    proposals: [...history.proposals.filter(({ at }) => at > now - windowMs), { at: now, replicas }],
    changes: history.changes.filter(({ at }) => at > now - periodMs),
  };
};

/** The memory of a rule that starts: as if the replicas that there are had just been asked for. */
export const startHistory = (current: number, now: number): History => ({
  proposals: [{ at: now, replicas: current }],
  changes: [],
});

/** The memory after replicas were really added or removed. */
export const afterChange = (history: History, now: number, by: number): History => ({
  ...history,
  changes: [...history.changes, { at: now, by }],
});

/**
 * Decides: out of the range, back to its edge; otherwise what the metric asks for (`propose`), held back by the
 * windows, then by the rates and the range.
 *
 * @param current the replicas that there are
 */
export const decide = (
  rule: Rule,
  history: History,
  current: number,
  pods: readonly Pod[],
  now: number,
): Decision => {
  if (current === 0) return { current, desired: 0, why: 'none', history };
  if (current > rule.max) return { current, desired: rule.max, why: 'above-max', history };
  if (current < rule.min) return { current, desired: rule.min, why: 'below-min', history };
  const proposal = propose(rule, current, pods, now);
  if (proposal.why === 'no-metrics')
    return { current, desired: current, proposal, why: 'no-metrics', history };

  const stabilized = stabilize(rule, history, current, proposal.replicas, now);
  const limited = (): Pick<Decision, 'desired' | 'why' | 'limit'> => {
    if (stabilized > current) {
      const limit = upLimit(rule, history, current, now);
      const most = Math.min(rule.max, limit);
      if (stabilized > most) return { desired: most, limit, why: most < rule.max ? 'rate' : 'max' };
      return { desired: stabilized, limit, why: stabilized === proposal.replicas ? proposal.why : 'window' };
    }
    if (stabilized < current) {
      const limit = downLimit(rule, history, current, now);
      const least = Math.max(rule.min, limit);
      if (stabilized < least) return { desired: least, limit, why: least > rule.min ? 'rate' : 'min' };
      return { desired: stabilized, limit, why: stabilized === proposal.replicas ? proposal.why : 'window' };
    }
    return { desired: current, why: stabilized === proposal.replicas ? proposal.why : 'window' };
  };
  return {
    current,
    proposal,
    stabilized,
    ...limited(),
    history: remember(rule, history, now, proposal.replicas),
  };
};
