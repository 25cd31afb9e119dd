import type { Service } from '../../cloud/support/aws.ts';
import type { Answer, Call } from './call.ts';

/** The two runtimes that the rows are run on. */
export type RuntimeName = 'ours' | 'serverless-offline';

/**
 * The limits and times that AWS documents, as a runtime was started with. Ours takes them as options, so that a laptop can
 * reach them; serverless-offline has no such options and is held against the real ones.
 */
export type Scale = {
  /** Longest INIT, in ms. */
  readonly initLimitMs: number;
  /** Longest wait of the HTTP API for its integration, in ms. */
  readonly integrationTimeoutMs: number;
  /** Pauses before the two retries of an asynchronous invocation, in ms. */
  readonly retryDelaysMs: readonly [number, number];
  /** Concurrency of the account, and what reservations must leave of it. */
  readonly accountConcurrency: number;
  readonly unreservedConcurrency: number;
  /** New environments that a function gains within a period in ms at most. */
  readonly scalingEnvironments: number;
  readonly scalingPeriodMs: number;
  /** How long an idle environment is kept, in ms. AWS does not say it. */
  readonly idleMs: number;
};

/** AWS's own figures. */
export const AWS_SCALE: Scale = {
  initLimitMs: 10_000,
  integrationTimeoutMs: 30_000,
  retryDelaysMs: [60_000, 120_000],
  accountConcurrency: 1_000,
  unreservedConcurrency: 100,
  scalingEnvironments: 1_000,
  scalingPeriodMs: 10_000,
  idleMs: 300_000,
};

/** The answer to an Invoke call. */
export type InvokeAnswer = Answer & {
  /** `X-Amz-Function-Error`. */
  readonly functionError: string | undefined;
  /** The decoded `X-Amz-Log-Result`, empty if there is none. */
  readonly log: string;
};

/** How to invoke: the headers of the Invoke API that rows use. */
export type InvokeOptions = {
  readonly type?: 'RequestResponse' | 'Event' | 'DryRun';
  readonly tail?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
};

/** A line that a handler of the fixture recorded. */
export type Recorded = {
  /** When, in ms of the epoch. */
  readonly at: number;
  readonly environment: string;
  // biome-ignore lint/suspicious/noExplicitAny: each handler records what it likes
  readonly [field: string]: any;
};

/** The queues, buckets and schedules beside a runtime. */
export type CloudAccess = {
  readonly sqs: Service;
  readonly s3: Service;
  readonly control: string;
};

/** What to start: a file of conformance/fixtures, at which scale, with queues and buckets or without. */
export type StartOptions = {
  readonly config: string;
  readonly dir?: string;
  readonly scale?: Partial<Scale>;
  readonly cloud?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Further options of our runtime's command line. */
  readonly args?: readonly string[];
};

/** A started runtime, seen through its public interfaces alone. */
export type Runtime = {
  readonly name: RuntimeName;
  readonly pid: number;
  readonly httpPort: number;
  readonly controlPort: number;
  readonly scale: Scale;
  /** Rows that take minutes run at AWS's own times. */
  readonly full: boolean;
  /** One request of the HTTP API. */
  readonly http: (path: string, call?: Call) => Promise<Answer>;
  /** One call of the Invoke API; a payload that is neither text nor bytes is sent as its JSON. */
  readonly invoke: (key: string, payload?: unknown, options?: InvokeOptions) => Promise<InvokeAnswer>;
  /** The physical name of a function. */
  readonly functionName: (key: string) => string;
  /** What the handler of a function recorded so far. */
  readonly records: (key: string) => readonly Recorded[];
  /** Everything that the runtime wrote. */
  readonly output: () => string;
  readonly cloud: CloudAccess | undefined;
  /** Another one of the same kind beside this one. It is stopped with this one at the latest. */
  readonly another: (options: StartOptions) => Promise<Runtime>;
  /** Whether the runtime refuses to start with a configuration that AWS refuses to deploy; what it said. */
  readonly refuses: (config: string) => Promise<string | undefined>;
  /** Ends it, its cloud and all it started, in order: SIGTERM first. */
  readonly stop: () => Promise<void>;
  readonly exited: Promise<void>;
};
