import type * as z from 'zod';
import { DomainError, type FieldError } from './errors.ts';

/** Largest request body in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Deepest nesting of arrays and objects in a request body. */
export const MAX_DEPTH = 16;

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether a JSON text nests deeper than `max`, found without parsing it. Brackets inside strings do not count. */
export const isDeeperThan = (bytes: Uint8Array, max: number): boolean => {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > max) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
  }
  return false;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a request body as JSON.
 *
 * @throws DomainError `too-large` above 64 KiB; `malformed` when it nests deeper than 16, is not UTF-8 or not JSON.
 */
export const parseJson = (bytes: Uint8Array): unknown => {
  if (bytes.length > MAX_BODY_BYTES)
    throw new DomainError('too-large', { detail: 'A body has at most 64 KiB.' });
  if (isDeeperThan(bytes, MAX_DEPTH))
    throw new DomainError('malformed', { detail: 'The JSON nests too deeply.' });
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new DomainError('malformed', { detail: 'The body is not JSON in UTF-8.', cause });
  }
};

/**
 * Refuses a body that is not declared as JSON in UTF-8.
 *
 * @throws DomainError `unsupported-media-type`
 */
export const requireJson = (contentType: string | undefined): void => {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice(8);
  if (type === 'application/json' && (charset === undefined || /^"?utf-8"?$/.test(charset))) return;
  throw new DomainError('unsupported-media-type', { detail: 'Send application/json in UTF-8.' });
};

/** A JSON pointer (RFC 6901) from a path of keys. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const fieldErrors = (error: z.ZodError): FieldError[] =>
  error.issues.slice(0, 20).map((issue) => ({
    pointer: pointerOf(issue.path),
    // Zod's own words for these two repeat the caller's key or value.
    detail: issue.code === 'unrecognized_keys' ? 'Has a property that is not documented.' : issue.message,
  }));

/**
 * Validates what arrived against a schema and returns it typed: the only way in which input reaches the domain.
 *
 * @throws DomainError `validation`, with one entry a violated field (20 at most)
 */
export const parse = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new DomainError('validation', { errors: fieldErrors(result.error) });
};
