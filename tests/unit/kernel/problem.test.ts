import { errorCodes, ProblemBody } from '@duet/shared/contract/problem-body.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { PROBLEM_JSON, problemOf } from '@duet/shared/kernel/problem.ts';
import { describe, expect, it } from 'vitest';

/** Types and statuses as the contract lists them, written a second time on purpose. */
const contract = {
  malformed: 400,
  'idempotency-key-missing': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'idempotency-in-progress': 409,
  'invalid-state': 409,
  'stock-below-reserved': 409,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  validation: 422,
  'idempotency-key-reuse': 422,
  'precondition-required': 428,
  'rate-limited': 429,
  internal: 500,
  overloaded: 503,
};

describe('problemOf', () => {
  it('When the contract lists a type, then it is there with its status, and there is no other', () => {
    const statuses = errorCodes.map((code) => [code, problemOf(new DomainError(code)).status]);
    expect(Object.fromEntries(statuses)).toEqual(contract);
  });

  it.each(errorCodes.map((code) => [code]))(
    'When the code is %s, then the reply is a problem document',
    (code) => {
      const reply = problemOf(new DomainError(code));
      expect(ProblemBody.parse(reply.body)).toEqual(reply.body);
      expect(reply.headers).toMatchObject({ 'content-type': PROBLEM_JSON, 'cache-control': 'no-store' });
      expect(reply.body).toMatchObject({ type: `urn:problem-type:duet:${code}`, status: reply.status });
    },
  );

  it('When authentication is missing, then WWW-Authenticate says how', () => {
    expect(problemOf(new DomainError('unauthenticated')).headers['www-authenticate']).toBe('Bearer');
  });

  it('When the method is wrong, then Allow lists the right ones', () => {
    expect(
      problemOf(new DomainError('method-not-allowed', { allow: ['GET', 'POST'] })).headers['allow'],
    ).toBe('GET, POST');
  });

  it('When a retry may succeed, and only then, Retry-After says when, in whole seconds from 1', () => {
    const retryAfterOf = (code: (typeof errorCodes)[number], retryAfter?: number) =>
      problemOf(new DomainError(code, retryAfter === undefined ? {} : { retryAfter })).headers['retry-after'];
    const withRetry = errorCodes.filter((code) => retryAfterOf(code) !== undefined);
    expect(withRetry).toEqual(['idempotency-in-progress', 'rate-limited', 'overloaded']);
    expect([
      retryAfterOf('rate-limited', 0.001),
      retryAfterOf('rate-limited', 59.2),
      retryAfterOf('overloaded', 0),
    ]).toEqual(['1', '60', '1']);
  });

  it.each([
    ['an error', new Error('connect ECONNREFUSED 10.0.0.7:5432')],
    ['an internal error with a detail', new DomainError('internal', { detail: 'ECONNREFUSED' })],
    ['a cause', new DomainError('overloaded', { cause: new Error('ECONNREFUSED') })],
    ['a string', 'ECONNREFUSED'],
    ['nothing', undefined],
  ])('When %s was thrown, then nothing of what went wrong underneath is told', (_, error) => {
    expect(JSON.stringify(problemOf(error))).not.toContain('ECONNREFUSED');
  });

  it('When two refusals are equal, then their bodies are equal byte for byte', () => {
    const text = () => JSON.stringify(problemOf(new DomainError('not-found')).body);
    expect(text()).toBe(text());
  });
});
