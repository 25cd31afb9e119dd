import { METRICS, type Metric } from '../results/report-data.ts';
import type { Component, Gate } from '../results/run-record.ts';
import type { Cell } from './blocks.ts';

/** The metrics in words. */
export const METRIC_WORDS: Readonly<Record<Metric, string>> = {
  p50: 'Latency, median',
  p95: 'Latency, p95',
  p99: 'Latency, p99',
  settle: 'Order settled after',
  failedShare: 'Failed requests',
  cpuPer1000: 'CPU, 1,000 requests',
  gbPer1000: 'Memory, 1,000 requests',
};

/** What is counted in a metric's unit. */
const UNIT_WORDS: Readonly<Record<string, string>> = { 'CPU s': 'CPU-seconds', 'GB s': 'GB-seconds' };

/** The unit of a metric in words. */
export const unitWords = (metric: Metric): string => UNIT_WORDS[METRICS[metric]] ?? METRICS[metric];

/** The head of a metric's row: its name, and its unit below. */
export const metricCell = (metric: Metric): Cell => ({ text: METRIC_WORDS[metric], note: unitWords(metric) });

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
  achieved: 'Achieved',
  'send-lag': 'Send lag',
  'generator-cpu': 'Generator CPU',
  'host-steal': 'Stolen CPU',
  'host-others': 'CPU of others',
  'host-saturated': 'Machine full',
  clock: 'Clock',
  invariants: 'Invariants',
};

/** All gates in the order in which they are shown. */
export const GATE_NAMES = Object.keys(GATE_WORDS) as Gate['name'][];
