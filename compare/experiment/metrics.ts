import { METRICS, type Metric } from '../results/report-data.ts';
import type { Component, ComponentUse, RunRecord } from '../results/run-record.ts';

/** All metrics, in the order in which they are shown. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly Metric[];

/** What a run came to; a metric that was not measured is missing. */
export type RunMetrics = Readonly<Partial<Record<Metric, number>>>;

/** Whether a run counts: there was load, and no gate failed. */
export const isValid = (run: RunRecord): boolean => !run.refused && run.broken === null && run.load !== null;

/** What a deployment consists of. `other` is what measures, and what starts and watches the processes: no part of what is compared. */
const STACK: readonly Component[] = ['gateway', 'service', 'store'];

const stackUse = (
  components: readonly ComponentUse[],
  key: 'cpuSecondsPer1000' | 'gbSecondsPer1000',
): number | undefined => {
  const stack = components.filter(({ component }) => STACK.includes(component));
  return stack.length === 0 ? undefined : stack.reduce((sum, use) => sum + use[key], 0);
};

/** The metrics of a run that counts; none of one that does not. */
export const metricsOf = (run: RunRecord): RunMetrics => {
  if (!isValid(run) || !run.load) return {};
  const { latency, settle, failed, offered } = run.load;
  const components = run.measured?.components ?? [];
  const all: Record<Metric, number | undefined> = {
    p50: latency.count > 0 ? latency.p50 : undefined,
    p95: latency.count > 0 ? latency.p95 : undefined,
    p99: latency.count > 0 ? latency.p99 : undefined,
    settle: settle.count > 0 ? settle.p50 : undefined,
    failedShare: offered > 0 ? (100 * failed) / offered : undefined,
    cpuPer1000: stackUse(components, 'cpuSecondsPer1000'),
    gbPer1000: stackUse(components, 'gbSecondsPer1000'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};
