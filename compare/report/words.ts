import { METRICS, type Metric } from '../results/report-data.ts';
import type { Component, Gate } from '../results/run-record.ts';

const METRIC_WORDS: Readonly<Record<Metric, string>> = {
  p50: 'Latency, median',
  p95: 'Latency, 95th percentile',
  p99: 'Latency, 99th percentile',
  settle: 'Order settled after',
  failedShare: 'Requests that failed',
  cpuPer1000: 'CPU per 1,000 requests',
  gbPer1000: 'Memory per 1,000 requests',
};

/** A metric in words, with its unit. */
export const metricWords = (metric: Metric): string => `${METRIC_WORDS[metric]}, ${METRICS[metric]}`;

/** All metrics in the order in which they are shown. */
export const METRIC_NAMES = Object.keys(METRICS) as Metric[];

/** Components in the order in which they are shown, the generator last: it is no part of what is compared. */
export const COMPONENT_WORDS: Readonly<Record<Component, string>> = {
  service: 'services or functions',
  gateway: 'gateway or runtime',
  store: 'store',
  other: 'other',
  generator: 'generator',
};

/** What each gate asks. */
export const GATE_WORDS: Readonly<Record<Gate['name'], string>> = {
  smoke: 'Smoke test',
  achieved: 'Achieved of offered',
  'send-lag': 'Send lag, p99',
  'generator-cpu': 'Generator CPU',
  'host-steal': 'Host: stolen',
  'host-others': 'Host: others',
  clock: 'Clock',
  invariants: 'Invariants',
};

/** All gates in the order in which they are shown. */
export const GATE_NAMES = Object.keys(GATE_WORDS) as Gate['name'][];
