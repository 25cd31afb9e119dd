import type { ErrorCode } from '../kernel/errors.ts';

/** When each refusal happens, in a sentence for the caller. */
export const problemNotes: Readonly<Record<ErrorCode, string>> = {
  malformed: 'The body is not JSON in UTF-8 or nests deeper than 16, or the path has a bad percent-encoding.',
  'idempotency-key-missing': 'The Idempotency-Key is missing, repeated, or not 8 to 64 of A-Z a-z 0-9 _ -.',
  unauthenticated: 'The access token is missing, expired or not valid; or the credentials are wrong.',
  forbidden: 'The account is no administrator.',
  'not-found': "There is no such resource, or it is somebody else's: the two cannot be told apart.",
  'method-not-allowed': 'The path exists but does not take the method; Allow lists those that it takes.',
  'idempotency-in-progress': 'A request with the same key is still running. Try again.',
  'invalid-state': 'A rejected order cannot be cancelled.',
  'stock-below-reserved': 'Orders hold more units than that.',
  'precondition-failed': 'If-Match names another version than the current one. Read again, then decide.',
  'too-large': 'The body has more than 64 KiB.',
  'unsupported-media-type': 'The body is not declared as application/json in UTF-8.',
  validation:
    'The request is readable but does not have the documented shape; `errors` points at the fields.',
  'idempotency-key-reuse': 'The key was used for a request with another body.',
  'precondition-required': 'An edit needs If-Match with the ETag that was read.',
  'rate-limited': 'Too many failed log-ins from this address or for this account.',
  internal: 'A fault on our side. The cause is in our log, under the reply’s X-Request-Id.',
  overloaded: 'Too much work waits, or something that is needed does not answer. Try again.',
};
