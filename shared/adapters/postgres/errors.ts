import pg from 'pg';
import { DomainError } from '../../kernel/errors.ts';

/**
 * Codes of PostgreSQL (SQLSTATE, appendix A of its manual) and of the operating system for faults that pass: the
 * database is away, starting, full or too slow, or two transactions were in each other's way. Nothing was written.
 */
const PASSING = new Set([
  '25P03', // idle in transaction for too long
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock timeout
  '57014', // statement timeout
  '57P01', // shut down by an administrator
  '57P02', // crashed
  '57P03', // starting up or shutting down
  '57P05', // idle session timeout
  '25006', // read-only: a standby, while another takes over
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Classes of PostgreSQL's codes that are all of that kind: lost connections, and too few resources. */
const PASSING_CLASS = /^(?:08|53)/;

/** The driver gives these no code: waiting for a connection, losing one, the client's own limit, a pool that has ended. */
const PASSING_MESSAGE =
  /timeout exceeded when trying to connect|timeout expired|[Cc]onnection terminated|Query read timeout|not queryable|after calling end on the pool|Client was closed/;

/** The code of an error of PostgreSQL or the operating system, also underneath a DomainError. */
export const codeOf = (error: unknown): string | undefined => {
  const inner = error instanceof DomainError ? error.details.cause : error;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

/** The constraint that a unique violation (23505) names; undefined for any other error. */
export const violatedUnique = (error: unknown): string | undefined =>
  codeOf(error) === '23505' && error instanceof Error && 'constraint' in error
    ? String(error.constraint)
    : undefined;

/** Turns a fault that passes into DomainError `overloaded` with its cause; any other error stays as it is. */
export const translate = (error: unknown): unknown => {
  const code = codeOf(error) ?? '';
  const passing =
    PASSING.has(code) ||
    (error instanceof pg.DatabaseError && PASSING_CLASS.test(code)) ||
    (error instanceof Error && PASSING_MESSAGE.test(error.message));
  return passing ? new DomainError('overloaded', { cause: error }) : error;
};

/** SQLSTATEs with which PostgreSQL ends the connection that it says them on. */
const ENDS_CONNECTION = /^(?:57P|08|25P03)/;

/** Whether the connection is of no further use after this error: anything but a refusal of the one statement. */
export const isConnectionLost = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || ENDS_CONNECTION.test(error.code ?? '');
