import { totalmem } from 'node:os';

/** Why Lambda refuses to run a function now (API reference, TooManyRequestsException). */
export type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded'
  | 'ReservedFunctionInvocationRateLimitExceeded';

/** Lambda's limits, all of which can be made small enough for a laptop to reach them, and the machine's own. */
export type Limits = {
  /** Invocations at once in the account. AWS: 1,000. */
  readonly accountConcurrency: number;
  /** What reserving must leave of it for functions that reserve nothing. AWS: 100. */
  readonly unreservedConcurrency: number;
  /** New environments of a function in a period of so many ms, refilled continuously. AWS: 1,000 in 10 s. */
  readonly scalingRate: number;
  readonly scalingPeriodMs: number;
  /** Requests a second for each unit of concurrency that a function may use. AWS: 10. */
  readonly requestsPerConcurrency: number;
  /** Environments on this machine, busy or idle, of all functions together. */
  readonly environments: number;
  /** How long an idle environment is kept, in ms. AWS does not say; five minutes are what people see. */
  readonly idleMs: number;
};

/** What an environment of a bundled function takes with its shared pages counted once, in bytes, rounded up. */
const ENVIRONMENT_BYTES = 64 * 1024 * 1024;
const MOST_ENVIRONMENTS = 100;

/**
 * Environments that a machine bears: as many as fit into half of its memory at 64 MB each, 100 at most. An 8 GB laptop has
 * room for 64; more than 100 only wait for its processors.
 */
const environmentsOf = (memoryBytes: number): number =>
  Math.max(4, Math.min(MOST_ENVIRONMENTS, Math.floor(memoryBytes / 2 / ENVIRONMENT_BYTES)));

/** AWS's limits of a new account, and this machine's. */
export const usualLimits = (memoryBytes = totalmem()): Limits => ({
  accountConcurrency: 1_000,
  unreservedConcurrency: 100,
  scalingRate: 1_000,
  scalingPeriodMs: 10_000,
  requestsPerConcurrency: 10,
  environments: environmentsOf(memoryBytes),
  idleMs: 300_000,
});

/**
 * What functions that reserve nothing share.
 *
 * @throws Error when the reservations leave too little of the account, as a deployment would fail with
 */
export const unreservedOf = (
  limits: Limits,
  functions: ReadonlyArray<{ readonly key: string; readonly reservedConcurrency?: number }>,
): number => {
  const reserved = functions.reduce((sum, fn) => sum + (fn.reservedConcurrency ?? 0), 0);
  const left = limits.accountConcurrency - reserved;
  if (reserved === 0 || left >= limits.unreservedConcurrency) return left;
  const names = functions.filter((fn) => fn.reservedConcurrency).map(({ key }) => key);
  throw new Error(
    `${names.join(', ')} reserve ${reserved} of the account's concurrency of ${limits.accountConcurrency}, which must leave ${limits.unreservedConcurrency} unreserved: lower reservedConcurrency, or raise --account-concurrency`,
  );
};
