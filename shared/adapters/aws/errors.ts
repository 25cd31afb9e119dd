/** There was no answer: no connection, a broken one, or none in time. Whether the call took effect is not known. */
export class AwsUnavailable extends Error {
  override readonly name = 'AwsUnavailable';
  /** The connection was an old one that the other side had closed meanwhile: a new one will most likely do. */
  readonly stale: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly stale?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.stale = options.stale ?? false;
  }
}

/** AWS answered with an error. `type` is its short name, e.g. `ResourceNotFoundException`; `body` the whole answer. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly type: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(type: string, status: number, message: string, body: Readonly<Record<string, unknown>> = {}) {
    super(`${type}: ${message}`);
    this.type = type;
    this.status = status;
    this.body = body;
  }
}

/** Errors that say "too much at once", of DynamoDB, SQS and S3. */
const THROTTLES: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** Whether the same call may succeed a moment later: no answer, a throttle, or a fault on AWS's side. */
export const isTransient = (error: unknown): boolean =>
  error instanceof AwsUnavailable ||
  (error instanceof AwsError && (error.status >= 500 || THROTTLES.has(error.type)));
