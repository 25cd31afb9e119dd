import * as z from 'zod';

/** How a run's figures are written down: all times in ms and all sizes in bytes unless a name says otherwise. */

/** Points of a distribution. `p999` is the 99.9th percentile; `histogram` is HdrHistogram's V2 encoding (base64, values in µs). */
export const Distribution = z.strictObject({
  count: z.int().nonnegative(),
  mean: z.number(),
  min: z.number(),
  max: z.number(),
  p50: z.number(),
  p75: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  histogram: z.string(),
});
export type Distribution = z.output<typeof Distribution>;

/** Failures by what they were: `refused` (too many in flight), `timeout`, `error` (no answer), `status-503`, `abandoned` (what it depends on failed). */
export const Failures = z.record(z.string(), z.int().positive());
export type Failures = z.output<typeof Failures>;

/** What one kind of request came to, e.g. `place-order`. Latency is from the intended moment, service time from the moment it was sent. */
export const OperationResult = z.strictObject({
  operation: z.string(),
  /** Asked for by the system's own answers (polling), so no part of what was offered. */
  reactive: z.boolean(),
  offered: z.int(),
  answered: z.int(),
  failures: Failures,
  latency: Distribution,
  service: Distribution,
});
export type OperationResult = z.output<typeof OperationResult>;

/** One second of the load, counted by the intended moment; `second` 0 is the first measured one, those of the warm-up are below 0. */
export const LoadSecond = z.strictObject({
  second: z.int(),
  offered: z.int(),
  answered: z.int(),
  failed: z.int(),
  p50: z.number().nullable(),
  p99: z.number().nullable(),
});
export type LoadSecond = z.output<typeof LoadSecond>;

/** What the generator saw, warm-up left out of everything but `seconds`. */
export const LoadResult = z.strictObject({
  /** Planned requests whose moment fell into the measured time. */
  offered: z.int(),
  /** Those that were sent and answered, whatever the answer. */
  answered: z.int(),
  failed: z.int(),
  failures: Failures,
  sessions: z.int(),
  latency: Distribution,
  service: Distribution,
  /** How late the generator itself sent, after the intended moment and after what the request depends on. */
  lag: Distribution,
  /** From an order's 202 until it was seen settled, ms, to the interval of polling. */
  settle: Distribution,
  unsettled: z.int(),
  operations: z.array(OperationResult),
  seconds: z.array(LoadSecond),
  generator: z.strictObject({ cpuSeconds: z.number(), wallSeconds: z.number(), peakInFlight: z.int() }),
});
export type LoadResult = z.output<typeof LoadResult>;

/** Which part of a deployment something belongs to. `gateway` is HAProxy, or the local Lambda runtime in front of its environments. */
export const COMPONENTS = ['generator', 'gateway', 'service', 'store', 'other'] as const;
export const Component = z.enum(COMPONENTS);
export type Component = z.output<typeof Component>;

/** A process, container or kind of process during one second: cores used, memory in bytes, how many of them there were. */
export const ProcessSecond = z.strictObject({
  second: z.int(),
  name: z.string(),
  component: Component,
  cores: z.number(),
  memoryBytes: z.number(),
  instances: z.int(),
});
export type ProcessSecond = z.output<typeof ProcessSecond>;

/** What a stack says of itself during one second; null where it does not tell. */
export const StackSecond = z.strictObject({
  second: z.int(),
  /** Environments of all functions, or replicas of the three services. */
  instances: z.int().nullable(),
  busy: z.int().nullable(),
  coldStarts: z.int().nullable(),
  throttles: z.int().nullable(),
  errors: z.int().nullable(),
  billedGbSeconds: z.number().nullable(),
  /** Messages that wait in queues. */
  queueDepth: z.int().nullable(),
  /** Events that wait in the outboxes, and the age of the oldest in s. */
  outboxPending: z.int().nullable(),
  outboxAgeSeconds: z.number().nullable(),
});
export type StackSecond = z.output<typeof StackSecond>;

/** Resources of a component over the measured time. GB-seconds are of resident memory. */
export const ComponentUse = z.strictObject({
  component: Component,
  cpuSeconds: z.number(),
  gbSeconds: z.number(),
  cpuSecondsPer1000: z.number(),
  gbSecondsPer1000: z.number(),
});
export type ComponentUse = z.output<typeof ComponentUse>;

/** The machine during one second, in cores: all that was used, what the hypervisor took, what neither the run nor the idle loop used. */
export const HostSecond = z.strictObject({
  second: z.int(),
  usedCores: z.number(),
  stealCores: z.number(),
  otherCores: z.number(),
});
export type HostSecond = z.output<typeof HostSecond>;

/** What was measured beside the traffic. */
export const Measurement = z.strictObject({
  processes: z.array(ProcessSecond),
  stack: z.array(StackSecond),
  host: z.array(HostSecond),
  components: z.array(ComponentUse),
  /** How far the wall clock moved against the monotonic one during the run, ms. */
  clockDriftMs: z.number(),
});
export type Measurement = z.output<typeof Measurement>;

/** One condition on which a run's figures can be trusted. */
export const Gate = z.strictObject({
  name: z.enum([
    'smoke',
    'achieved',
    'send-lag',
    'generator-cpu',
    'host-steal',
    'host-others',
    'host-saturated',
    'clock',
    'invariants',
  ]),
  ok: z.boolean(),
  /** What was seen and what is allowed, as a sentence. */
  says: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string(),
});
export type Gate = z.output<typeof Gate>;

/** A rule of the shop that must hold after a run, e.g. `no oversell`. */
export const Invariant = z.strictObject({ name: z.string(), ok: z.boolean(), says: z.string() });
export type Invariant = z.output<typeof Invariant>;

/** What was put under load. */
export const TargetInfo = z.strictObject({
  /** Unique in a report, e.g. `serverless/dynamodb`, `compose`, `serverless-offline`, or the NAME of `--target NAME=URL`. */
  name: z.string(),
  kind: z.enum(['embedded', 'compose', 'offline', 'url']),
  style: z.enum(['microservices', 'serverless']).nullable(),
  store: z.enum(['postgres', 'dynamodb']).nullable(),
  /** In words, e.g. `embedded, on postgres`. */
  about: z.string(),
  /** False: it does not behave as its platform does, and no conclusion about the style is drawn from it. */
  faithful: z.boolean(),
});
export type TargetInfo = z.output<typeof TargetInfo>;

/** One run: a target under a shape of traffic, once. Refused runs are kept, and left out of every summary. */
export const RunRecord = z.strictObject({
  id: z.string(),
  target: TargetInfo,
  shape: z.string(),
  rate: z.number(),
  durationSeconds: z.number(),
  warmUpSeconds: z.number(),
  seed: z.int(),
  /** Repetition, and its place in the random order of its block, both from 1. */
  block: z.int(),
  position: z.int(),
  /** ISO 8601. */
  startedAt: z.string(),
  gates: z.array(Gate),
  invariants: z.array(Invariant),
  refused: z.boolean(),
  /** Why there is no load at all: it did not start, or its smoke test failed. */
  broken: z.string().nullable(),
  load: LoadResult.nullable(),
  measured: Measurement.nullable(),
});
export type RunRecord = z.output<typeof RunRecord>;
