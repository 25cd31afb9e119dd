import { PROBLEM_JSON, PROBLEMS } from '../kernel/problem.ts';
import { codeOfProblem, ProblemBody } from './problem-body.ts';
import { type Route, refusalsOf } from './route.ts';
import type { HttpReply } from './transport.ts';

/** A reply that breaks the contract: a finding in a test, a bug in production. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

const mediaTypeOf = (reply: HttpReply): string =>
  (reply.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const asText = (reply: HttpReply): string => new TextDecoder().decode(reply.bytes);

/**
 * Holds a reply against the row of its route: status, media type, header fields, the body's schema, and that a refusal
 * is one which the row allows for.
 *
 * @throws ContractViolation that says what is wrong, with the first 500 characters of the body
 */
export const checkReply = (route: Route, reply: HttpReply) => {
  const violation = (what: string): ContractViolation =>
    new ContractViolation(
      `${route.method} ${route.path} answered ${reply.status}: ${what}\n${asText(reply).slice(0, 500)}`,
    );
  const json = (): unknown => {
    try {
      return JSON.parse(asText(reply));
    } catch {
      throw violation('the body is not JSON');
    }
  };
  const { status, headers, bytes } = reply;
  const { success } = route;

  if (status >= 400) {
    if (mediaTypeOf(reply) !== PROBLEM_JSON) throw violation(`the media type is not ${PROBLEM_JSON}`);
    const problem = ProblemBody.safeParse(json());
    if (!problem.success) throw violation(problem.error.message);
    const code = codeOfProblem(problem.data);
    if (!code || !refusalsOf(route).includes(code)) throw violation('the route has no such refusal');
    if (problem.data.status !== status || PROBLEMS[code].status !== status) {
      throw violation('the problem belongs to another status');
    }
    return { ok: false, status, headers, body: problem.data, code } as const;
  }

  if (status !== success.status) throw violation(`the status is not ${success.status}`);
  const missing = Object.keys(success.headers ?? {}).filter((name) => headers[name] === undefined);
  if (missing.length > 0) throw violation(`header fields are missing: ${missing.join(', ')}`);
  const mediaType = success.mediaType ?? 'application/json';
  if (mediaTypeOf(reply) !== mediaType) throw violation(`the media type is not ${mediaType}`);
  if (!success.schema) return { ok: true, status, headers, body: bytes } as const;
  const body = success.schema.safeParse(json());
  if (!body.success) throw violation(body.error.message);
  return { ok: true, status, headers, body: body.data } as const;
};
