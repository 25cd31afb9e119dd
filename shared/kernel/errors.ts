/**
 * Every way in which a request can be refused. The names are the problem types of the contract;
 * `problem.ts` maps each to its HTTP status, so the domain never speaks of HTTP.
 */
export type ErrorCode =
  | 'malformed'
  | 'idempotency-key-missing'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'idempotency-in-progress'
  | 'invalid-state'
  | 'stock-below-reserved'
  | 'precondition-failed'
  | 'too-large'
  | 'unsupported-media-type'
  | 'validation'
  | 'idempotency-key-reuse'
  | 'precondition-required'
  | 'rate-limited'
  | 'internal'
  | 'overloaded';

/** One violated field of a request: a JSON pointer (RFC 6901) into the input, and what is wrong there. */
export type FieldError = { readonly pointer: string; readonly detail: string };

/** What a DomainError may carry besides its code. */
export type ErrorDetails = {
  /** A sentence for the caller. Never holds an id, a secret or a vendor's message. */
  readonly detail?: string;
  /** The fields that failed, for `validation`. */
  readonly errors?: readonly FieldError[];
  /** Seconds after which a retry may succeed, for 409 in progress, 429 and 503. */
  readonly retryAfter?: number;
  /** The methods that the path takes, for `method-not-allowed`. */
  readonly allow?: readonly string[];
  /** What went wrong underneath. It goes to the log, never to the caller. */
  readonly cause?: unknown;
};

/** The one error that domain code and adapters throw on purpose. Anything else is a fault: `internal`. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.detail ?? code, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}
