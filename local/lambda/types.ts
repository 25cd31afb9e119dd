/** One deployed function, as the runtime needs it. */
export type LambdaFunction = {
  readonly key: string;
  readonly name: string;
  readonly arn: string;
  /** Folder of the code (LAMBDA_TASK_ROOT) and handler in it, e.g. `index.handler`. */
  readonly root: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly logFormat?: 'Text' | 'JSON';
  /** Changes when the bundle was rebuilt: older environments take no further invocations. */
  readonly revision: string;
};

/** One invocation of a function. `payload`, `clientContext` and `identity` are JSON texts. */
export type Invocation = {
  readonly requestId: string;
  readonly payload: string;
  readonly invokedArn: string;
  readonly traceId: string;
  readonly clientContext?: string;
  readonly identity?: string;
};

/** An error of a function, as the Lambda service reports it. */
export type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
};

/** What one invocation came to. `payload` is the result as JSON text. */
export type InvocationResult = {
  readonly outcome:
    | { readonly ok: true; readonly payload: string }
    | { readonly ok: false; readonly error: FunctionError };
  readonly status: 'success' | 'error' | 'timeout' | 'out-of-memory';
  readonly durationMs: number;
  /** Only in the first result of an environment. */
  readonly initMs?: number | undefined;
  readonly billedMs: number;
  readonly maxMemoryMb: number;
  /** Last 4 KB of the log, for X-Amz-Log-Result. */
  readonly logTail: string;
  /**
   * The environment is gone: its slot is free, a new one is needed next. Not so after a crash or a timeout: the process has
   * ended, but the environment, with its /tmp, starts one again within its next invocation (Lambda's suppressed INIT). Only
   * `stop`, or a machine that gives us no process, ends an environment.
   */
  readonly environmentLost: boolean;
};

/** One execution environment: an OS process that runs one invocation at a time. */
export type Environment = {
  readonly id: string;
  /** Of the process of the day: after a crash or a timeout the next invocation brings another one. */
  readonly pid: number | undefined;
  readonly createdAt: number;
  /** Settles when INIT is over, whatever came of it; never rejects. */
  readonly initialised: Promise<void>;
  /** One at a time: a second one waits for the first. Before INIT is over it waits for that. Never rejects. */
  readonly invoke: (invocation: Invocation) => Promise<InvocationResult>;
  /**
   * Sends the next one ahead while one runs: its process goes on with it at once. It is then to be invoked at the end of that one, or to
   * be taken back.
   *
   * @returns false where that cannot be
   */
  readonly sendAhead: (invocation: Invocation) => boolean;
  /** Takes back what was sent ahead. @returns false when the process has taken it: it is to be invoked here */
  readonly takeBack: () => boolean;
  /** Kills at once. An invocation that runs fails with Runtime.ExitError. */
  readonly stop: () => Promise<void>;
  /** Resolves when the environment has ended for good, and its processes, limits and /tmp with it. */
  readonly gone: Promise<void>;
};

/** Starts an environment of a function; its INIT begins at once. */
export type StartEnvironment = (fn: LambdaFunction) => Environment;
