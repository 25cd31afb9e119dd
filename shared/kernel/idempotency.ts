import { createHash } from 'node:crypto';
import { DomainError } from './errors.ts';

/** What makes a repeated request the same one: who asks, of which route, with which key, and the body's fingerprint. */
export type IdempotencyScope = {
  readonly userId: string;
  readonly route: string;
  readonly key: string;
  /** SHA-256 of the canonical validated request, hexadecimal. */
  readonly fingerprint: string;
};

/** The stored reply of a request that took effect: written in the same transaction as the effect. */
export type IdempotencyRecord = IdempotencyScope & {
  readonly status: number;
  readonly location: string;
  /** The reply's body as JSON text, returned again byte for byte. */
  readonly body: string;
};

/** What a store says of a guarded insert: it took effect, or the key was taken by the record returned. */
export type Claimed =
  | { readonly kind: 'created' }
  | { readonly kind: 'taken'; readonly record: IdempotencyRecord };

/** The reply of a use case that creates something once. */
export type CreatedOnce<T> = {
  readonly status: number;
  readonly location: string;
  readonly body: T;
  /** True when this is the stored reply of an earlier request with the same key. */
  readonly replayed: boolean;
};

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, canonical(member)]),
  );
};

/** SHA-256 (hexadecimal) of a validated request in canonical form: sorted keys, no white space. */
export const fingerprintOf = (input: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(input)))
    .digest('hex');

/**
 * Reads the Idempotency-Key header field: 8 to 64 characters of `[A-Za-z0-9_-]`, bare or quoted (a structured-field
 * string). Two fields, which arrive joined by a comma, are refused.
 *
 * @throws DomainError `idempotency-key-missing`
 */
export const parseIdempotencyKey = (field: string | undefined): string => {
  const key = /^(?:([A-Za-z0-9_-]{8,64})|"([A-Za-z0-9_-]{8,64})")$/.exec(field?.trim() ?? '');
  const found = key?.[1] ?? key?.[2];
  if (found !== undefined) return found;
  throw new DomainError('idempotency-key-missing', {
    detail: 'Send one Idempotency-Key of 8 to 64 letters, digits, "_" or "-".',
  });
};

/**
 * Answers a request whose key is taken: the stored reply when the request is the same.
 *
 * @throws DomainError `idempotency-key-reuse` when the key was used for another request
 */
export const replay = <T>(record: IdempotencyRecord, fingerprint: string): CreatedOnce<T> => {
  if (record.fingerprint !== fingerprint) throw new DomainError('idempotency-key-reuse');
  return { status: record.status, location: record.location, body: JSON.parse(record.body), replayed: true };
};

/** Runs a guarded insert and answers with the new reply, or with the stored one when the key was taken. */
export const createOnce = async <T>(
  scope: IdempotencyScope,
  reply: { readonly status: number; readonly location: string; readonly body: T },
  insert: (record: IdempotencyRecord) => Promise<Claimed>,
): Promise<CreatedOnce<T>> => {
  const claimed = await insert({
    ...scope,
    status: reply.status,
    location: reply.location,
    body: JSON.stringify(reply.body),
  });
  return claimed.kind === 'created'
    ? { ...reply, replayed: false }
    : replay<T>(claimed.record, scope.fingerprint);
};
