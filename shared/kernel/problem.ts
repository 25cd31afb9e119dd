import { DomainError, type ErrorCode, type FieldError } from './errors.ts';

/** An RFC 9457 problem document. It holds no request id, so that two equal refusals are equal byte for byte. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
};

/** A problem with the header fields that belong to it (lower-case names). */
export type ProblemReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
};

/** HTTP status and title of every code: the one table, exhaustive by its type. */
export const PROBLEMS = {
  malformed: { status: 400, title: 'The request cannot be read' },
  'idempotency-key-missing': { status: 400, title: 'The Idempotency-Key header is missing or malformed' },
  unauthenticated: { status: 401, title: 'Valid credentials are needed' },
  forbidden: { status: 403, title: 'Not permitted for this account' },
  'not-found': { status: 404, title: 'No such resource' },
  'method-not-allowed': { status: 405, title: 'The resource does not take this method' },
  'idempotency-in-progress': { status: 409, title: 'A request with this key is being processed' },
  'invalid-state': { status: 409, title: 'The resource is in a state that does not allow this' },
  'stock-below-reserved': { status: 409, title: 'Stock cannot be set below what is reserved' },
  'precondition-failed': { status: 412, title: 'The resource has changed' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  validation: { status: 422, title: 'The request does not have the documented shape' },
  'idempotency-key-reuse': { status: 422, title: 'The key was used for another request' },
  'precondition-required': { status: 428, title: 'The If-Match header is needed' },
  'rate-limited': { status: 429, title: 'Too many attempts' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  overloaded: { status: 503, title: 'The service is overloaded' },
} as const satisfies Record<ErrorCode, { status: number; title: string }>;

/** Media type of every refusal (RFC 9457). */
export const PROBLEM_JSON = 'application/problem+json';

/** The URI of a problem type, e.g. `urn:problem-type:duet:validation`. */
export const problemType = (code: ErrorCode): string => `urn:problem-type:duet:${code}`;

/** Codes whose refusal tells when to come back, with the default in seconds. */
const RETRY_AFTER: Partial<Record<ErrorCode, number>> = {
  'idempotency-in-progress': 1,
  'rate-limited': 60,
  overloaded: 1,
};

/**
 * Turns whatever was thrown into a problem. A DomainError keeps its code and detail; anything else is an opaque
 * `internal` 500, whose cause the caller of this function writes to the log.
 */
export const problemOf = (error: unknown): ProblemReply => {
  const { code, details } = error instanceof DomainError ? error : new DomainError('internal');
  const { status, title } = PROBLEMS[code];
  const headers: Record<string, string> = { 'content-type': PROBLEM_JSON, 'cache-control': 'no-store' };
  if (code === 'unauthenticated') headers['www-authenticate'] = 'Bearer';
  if (details.allow) headers['allow'] = details.allow.join(', ');
  const retryAfter = details.retryAfter ?? RETRY_AFTER[code];
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  return {
    status,
    headers,
    body: {
      type: problemType(code),
      title,
      status,
      ...(details.detail !== undefined && code !== 'internal' && { detail: details.detail }),
      ...(details.errors && { errors: details.errors }),
    },
  };
};
