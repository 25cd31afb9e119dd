import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { problemOf } from '@duet/shared/kernel/problem.ts';
import type { Reply } from './json.ts';

/** The reply with the problem (RFC 9457) that an error stands for. */
export const sendProblem = (error: unknown): Reply => {
  const { status, headers, body } = problemOf(error);
  return { statusCode: status, headers: { ...headers }, body: JSON.stringify(body) };
};

/** Codes that speak of our own trouble, not of the caller's request. */
const isFault = (error: DomainError): boolean => error.code === 'internal' || error.code === 'overloaded';

/**
 * Turns whatever was thrown into a problem. A fault goes to the log with its cause, for the caller is told nothing of
 * it; an expected refusal is only the status in the request's own line.
 */
export const makeProblemHandler =
  (log: Log) =>
  (error: unknown): Reply => {
    if (!(error instanceof DomainError)) log.error({ err: error }, 'request failed');
    else if (isFault(error)) log.warn({ err: error }, 'request refused');
    return sendProblem(error);
  };
