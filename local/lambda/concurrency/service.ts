import type { FunctionMeter, Metrics } from '../metrics/metrics.ts';
import type { Invocation, InvocationResult, LambdaFunction, StartEnvironment } from '../types.ts';
import { type Limits, type ThrottleReason, unreservedOf } from './limits.ts';
import {
  dismiss,
  dismissIdle,
  evictOldest,
  join,
  type Member,
  makePool,
  type Pool,
  promise,
} from './pool.ts';
import { makeRate, type Rate } from './rate.ts';
import { makeTurnstile, type Turnstile } from './turnstile.ts';
import { beginIn, type Call, visitorOf } from './visitor.ts';

/** The functions, each with its environments. */
export type LambdaService = {
  /**
   * Runs a function, in an idle environment or a new one, or says why it is not run now. What is refused never waits; what an idle
   * environment is there for may wait a moment for the machine's processors. Never rejects.
   */
  readonly invoke: (key: string, invocation: Invocation) => Promise<InvocationResult> | ThrottleReason;
  /** Takes rebuilt functions: running invocations end on the old code, later ones begin on the new. */
  readonly update: (functions: readonly LambdaFunction[]) => void;
  readonly pools: () => ReadonlyArray<Pick<Pool, 'busy' | 'alive'> & { readonly key: string }>;
  /** Resolves when nothing runs any more, or after `ms`. */
  readonly idle: (ms: number) => Promise<void>;
  /** Ends every idle environment. */
  readonly close: () => Promise<void>;
};

/** What the service needs; `now` is a clock in ms. */
export type LambdaServiceOptions = {
  readonly functions: readonly LambdaFunction[];
  readonly limits: Limits;
  readonly start: StartEnvironment;
  readonly metrics: Metrics;
  readonly now?: () => number;
  readonly turnstile?: Turnstile<Member>;
};

type Entry = {
  readonly pool: Pool;
  readonly meter: FunctionMeter;
  readonly reserved: number | undefined;
  /** New environments. */
  readonly scaling: Rate;
  /** Requests; functions without a reservation share one. */
  readonly requests: Rate;
};

/** How often idle environments are looked through. */
const SWEEP_MS = 1_000;

/**
 * Makes the service: the rules of concurrency, throttling and scaling.
 * Sources: Lambda developer guide, "Understanding Lambda function scaling", "Lambda scaling behavior", "Configuring
 * reserved concurrency".
 *
 * @throws Error when the functions reserve more than the account has
 */
export const makeLambdaService = (options: LambdaServiceOptions): LambdaService => {
  const { limits, start, metrics, now = Date.now, turnstile = makeTurnstile() } = options;
  const unreserved = unreservedOf(limits, options.functions);
  const rateFor = (concurrency: number): Rate =>
    makeRate(concurrency * limits.requestsPerConcurrency, 1_000, now);
  const sharedRate = rateFor(unreserved);
  const entryOf = (fn: LambdaFunction): Entry => ({
    pool: makePool(fn),
    meter: metrics.meter(fn.key, fn.memoryMb),
    reserved: fn.reservedConcurrency,
    scaling: makeRate(limits.scalingRate, limits.scalingPeriodMs, now),
    requests: fn.reservedConcurrency === undefined ? sharedRate : rateFor(fn.reservedConcurrency),
  });
  const entries = new Map(options.functions.map((fn) => [fn.key, entryOf(fn)]));
  let unreservedBusy = 0;
  let onIdle: (() => void) | undefined;

  const isRunning = (): boolean => entries.values().some(({ pool }) => pool.busy > 0);

  const hasRoom = (): boolean => {
    const pools = [...entries.values()].map(({ pool }) => pool);
    return pools.reduce((sum, { alive }) => sum + alive, 0) < limits.environments || evictOldest(pools);
  };

  const refusal = ({ pool, reserved, requests }: Entry): ThrottleReason | undefined => {
    if (reserved !== undefined) {
      if (pool.busy >= reserved) return 'ReservedFunctionConcurrentInvocationLimitExceeded';
      return requests.take() ? undefined : 'ReservedFunctionInvocationRateLimitExceeded';
    }
    if (unreservedBusy >= unreserved) return 'ConcurrentInvocationLimitExceeded';
    return requests.take() ? undefined : 'FunctionInvocationRateLimitExceeded';
  };

  const invoke: LambdaService['invoke'] = (key, invocation) => {
    const entry = entries.get(key);
    if (!entry) throw new Error(`There is no function ${key} in serverless.yml`);
    const { pool, meter, reserved, scaling } = entry;
    meter.arrived();
    let reason = refusal(entry);
    const isWarm = pool.idle.length > pool.promised;
    if (reason === undefined && !isWarm && !(scaling.take() && hasRoom()))
      reason = 'ConcurrentInvocationLimitExceeded';
    if (reason !== undefined) {
      meter.throttled();
      return reason;
    }
    pool.busy += 1;
    if (reserved === undefined) unreservedBusy += 1;
    const { promise: result, resolve } = Promise.withResolvers<InvocationResult>();
    const call: Call = {
      ...{ pool, invocation, now },
      join: () => join(pool, start, now()),
      onBegin: (isCold) => meter.started(pool.busy, isCold),
      onEnd: (ended) => {
        pool.busy -= 1;
        if (reserved === undefined) unreservedBusy -= 1;
        meter.ended(pool.busy, ended);
        resolve(ended);
        if (onIdle && !isRunning()) onIdle();
      },
    };
    if (isWarm) {
      promise(pool, now());
      turnstile.pass(visitorOf(call));
    } else beginIn(call, undefined, (_, giveBack) => giveBack());
    return result;
  };

  const sweep = setInterval(() => {
    const oldest = now() - limits.idleMs;
    for (const { pool } of entries.values()) dismissIdle(pool, ({ idleSince }) => idleSince <= oldest);
  }, SWEEP_MS);
  sweep.unref();

  return {
    invoke,
    update: (functions) => {
      for (const fn of functions) {
        const pool = entries.get(fn.key)?.pool;
        if (!pool) continue;
        pool.fn = fn;
        turnstile.recall(pool);
        dismissIdle(pool, ({ revision }) => revision !== fn.revision);
      }
    },
    pools: () =>
      entries
        .values()
        .map(({ pool: { fn, busy, alive } }) => ({ key: fn.key, busy, alive }))
        .toArray(),
    idle: async (ms) => {
      if (!isRunning()) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      onIdle = resolve;
      const timer = setTimeout(resolve, ms);
      await promise;
      clearTimeout(timer);
    },
    close: async () => {
      clearInterval(sweep);
      // Each leaves the idle ones when it is dismissed
      const idle = entries
        .values()
        .flatMap(({ pool }) => [...pool.idle].map((member) => dismiss(pool, member)));
      await Promise.all(idle.toArray());
    },
  };
};
