import * as z from 'zod';
import { RunRecord } from './run-record.ts';

/** A median over repetitions with the ends of its bootstrap confidence interval; null where there were too few repetitions for one. */
export const Estimate = z.strictObject({
  median: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Repetitions that went into it. */
  n: z.int(),
});
export type Estimate = z.output<typeof Estimate>;

/** What is compared, with its unit. Less is better in each. */
export const METRICS = {
  p50: 'ms',
  p95: 'ms',
  p99: 'ms',
  settle: 'ms',
  failedShare: '%',
  cpuPer1000: 'CPU s',
  gbPer1000: 'GB s',
} as const;
/** Latency percentiles from the intended moment, the median time until an order is settled, the share of requests that failed, and CPU-seconds and GB-seconds of the stack (without the generator) per thousand requests. */
export type Metric = keyof typeof METRICS;
export const Metric = z.enum(Object.keys(METRICS) as [Metric, ...Metric[]]);

/** All valid runs of a target under a shape. */
export const Summary = z.strictObject({
  target: z.string(),
  shape: z.string(),
  /** Valid ones; and those that count for nothing, broken ones too. */
  runs: z.int(),
  refused: z.int(),
  metrics: z.partialRecord(Metric, Estimate),
});
export type Summary = z.output<typeof Summary>;

/**
 * Two targets under one shape: `difference` is b minus a, `ratio` is b by a, both within blocks; no ratio where a value is 0. The
 * intervals of all metrics of a pair hold together with the confidence that is stated for one.
 */
export const Comparison = z.strictObject({
  shape: z.string(),
  metric: Metric,
  a: z.string(),
  b: z.string(),
  difference: Estimate,
  ratio: Estimate.nullable(),
  /** `none`: the interval holds 0; `unknown`: too few valid repetitions. */
  verdict: z.enum(['a is less', 'b is less', 'none', 'unknown']),
});
export type Comparison = z.output<typeof Comparison>;

/** The 2 x 2 of style and store: what each changes by itself, and what only both together change. `style` is serverless minus microservices, `store` DynamoDB minus PostgreSQL. */
export const Effects = z.strictObject({
  shape: z.string(),
  metric: Metric,
  cells: z.array(z.strictObject({ target: z.string(), estimate: Estimate })),
  style: Estimate,
  store: Estimate,
  interaction: Estimate,
});
export type Effects = z.output<typeof Effects>;

/** One line of what was counted in the code: a figure for each style, and for what they share where that makes sense. */
export const Count = z.strictObject({
  group: z.string(),
  name: z.string(),
  unit: z.string(),
  shared: z.number().nullable(),
  microservices: z.number().nullable(),
  serverless: z.number().nullable(),
  /** How it was counted, or why it is missing. */
  how: z.string(),
});
export type Count = z.output<typeof Count>;

/** The machine and the versions of a report. */
export const Manifest = z.record(z.string(), z.string());
export type Manifest = z.output<typeof Manifest>;

/** All of a report: the JSON file, from which the page and the Markdown are made. */
export const ReportData = z.strictObject({
  version: z.literal(1),
  /** ISO 8601. */
  at: z.string(),
  /** The command that makes such a report. */
  command: z.string(),
  tookSeconds: z.number(),
  /** What was planned: names with values, for the reader. */
  plan: z.record(z.string(), z.string()),
  manifest: Manifest,
  runs: z.array(RunRecord),
  summaries: z.array(Summary),
  comparisons: z.array(Comparison),
  effects: z.array(Effects),
  counts: z.array(Count),
  /** In words: what the runs support, and what they do not. */
  supports: z.array(z.string()),
  doesNotSupport: z.array(z.string()),
});
export type ReportData = z.output<typeof ReportData>;
