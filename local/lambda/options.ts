import { readCommandLine, UsageError } from '../command-line.ts';
import { type Limits, usualLimits } from './concurrency/limits.ts';

/** How the runtime was asked to run. Ports of 0 take free ones; times in ms. */
export type RuntimeOptions = {
  /** serverless.yml, absolute or relative to the working directory. */
  readonly config: string;
  readonly stage: string;
  readonly ports: { readonly http: number; readonly invoke: number; readonly control: number };
  readonly limits: Limits;
  readonly initLimitMs: number;
  readonly integrationTimeoutMs: number;
  /** Given to the local cloud where the runtime starts it. */
  readonly retryDelaysMs: readonly number[];
  /** File for the functions' log lines; standard output if there is none. */
  readonly log?: string;
  readonly watch: boolean;
  readonly metricsMinutes: number;
};

const usual = usualLimits();

/** The text of `--help`. */
export const HELP = `node local/lambda/main.ts [options]

Runs the functions of a serverless.yml as AWS Lambda does, behind an HTTP API and the Invoke API on 127.0.0.1.

  --config FILE               serverless.yml
  --stage NAME                part of every name (dev)
  --httpPort N                HTTP API (4000); 0 takes a free port, here and below
  --lambdaPort N              Invoke API (4002)
  --controlPort N             GET /health, /metrics, /metrics.jsonl?minutes=N, /functions (4003)
  --log FILE                  the functions' log lines; standard output otherwise
  --watch                     new environments get the new code when a source has changed
  --environments N            environments on this machine at most (${usual.environments}: half of the memory at 64 MB each, 100 at most)
  --accountConcurrency N      invocations at once (${usual.accountConcurrency})
  --unreservedConcurrency N   what reservations must leave of it (a tenth)
  --requestsPerConcurrency N  requests a second for each unit of concurrency (${usual.requestsPerConcurrency})
  --scalingEnvironments N     new environments of a function within a period (${usual.scalingRate})
  --scalingPeriodMs N         the period (${usual.scalingPeriodMs})
  --idleMs N                  how long an idle environment is kept (${usual.idleMs})
  --initLimitMs N             longest INIT (10000)
  --integrationTimeoutMs N    longest wait of the HTTP API for a function (30000)
  --retryDelaysMs N,N         pauses before retries of asynchronous calls (60000,120000)
  --metricsMinutes N          how far back /metrics.jsonl reaches (15)`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/**
 * Reads the command line.
 *
 * @returns undefined when help was asked for
 * @throws UsageError
 */
export const readRuntimeOptions = (args: readonly string[]): RuntimeOptions | undefined => {
  const line = readCommandLine(args, {
    ...{ config: text, stage: text, httpPort: text, lambdaPort: text, controlPort: text, log: text },
    ...{ watch: flag, environments: text, accountConcurrency: text, unreservedConcurrency: text },
    ...{ requestsPerConcurrency: text, scalingEnvironments: text, scalingPeriodMs: text, idleMs: text },
    ...{ initLimitMs: text, integrationTimeoutMs: text, retryDelaysMs: text, metricsMinutes: text },
  });
  if (!line) return undefined;
  const { values } = line;
  const number = (
    name: Exclude<keyof typeof values, 'watch'>,
    fallback: number,
    from = 0,
    to = Number.MAX_SAFE_INTEGER,
  ): number => {
    const value = values[name] === undefined ? fallback : Number(values[name]);
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    throw new UsageError(`--${name} is a whole number from ${from} to ${to}, not "${values[name]}".`);
  };
  const port = (name: 'httpPort' | 'lambdaPort' | 'controlPort', fallback: number): number =>
    number(name, fallback, 0, 65_535);
  const retryDelaysMs = (values.retryDelaysMs ?? '60000,120000').split(',').map(Number);
  if (!retryDelaysMs.every((delay) => delay >= 0))
    throw new UsageError(`--retryDelaysMs is a list of milliseconds, not "${values.retryDelaysMs}".`);
  const accountConcurrency = number('accountConcurrency', usual.accountConcurrency, 1);
  const share = usual.unreservedConcurrency / usual.accountConcurrency;
  return {
    config: values.config ?? 'serverless.yml',
    stage: values.stage ?? 'dev',
    ports: {
      http: port('httpPort', 4000),
      invoke: port('lambdaPort', 4002),
      control: port('controlPort', 4003),
    },
    limits: {
      accountConcurrency,
      unreservedConcurrency: number('unreservedConcurrency', Math.floor(accountConcurrency * share)),
      scalingRate: number('scalingEnvironments', usual.scalingRate, 1),
      scalingPeriodMs: number('scalingPeriodMs', usual.scalingPeriodMs, 1),
      requestsPerConcurrency: number('requestsPerConcurrency', usual.requestsPerConcurrency, 1),
      environments: number('environments', usual.environments, 1),
      idleMs: number('idleMs', usual.idleMs),
    },
    initLimitMs: number('initLimitMs', 10_000, 1),
    integrationTimeoutMs: number('integrationTimeoutMs', 30_000, 1),
    retryDelaysMs,
    ...(values.log !== undefined && { log: values.log }),
    watch: values.watch === true,
    metricsMinutes: number('metricsMinutes', 15, 1, 1_440),
  };
};
