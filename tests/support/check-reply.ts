import assert from 'node:assert/strict';
import { type Route, refusalsOf } from '@duet/shared/contract/route.ts';
import type { ErrorCode } from '@duet/shared/kernel/errors.ts';
import { PROBLEM_JSON, PROBLEMS, problemType } from '@duet/shared/kernel/problem.ts';
import * as z from 'zod';
import type { Answer } from './shop.ts';
import type { WireReply } from './wire.ts';

const TYPE = problemType('' as ErrorCode);

const Problem = z.strictObject({
  type: z.string().startsWith(TYPE),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1).optional(),
  errors: z
    .array(z.strictObject({ pointer: z.string().regex(/^(\/|$)/), detail: z.string().min(1) }))
    .min(1)
    .max(20)
    .optional(),
});

/** The code of a problem document; undefined for any other JSON. */
export const codeOf = (json: unknown): ErrorCode | undefined => {
  const problem = Problem.safeParse(json);
  const code = problem.data?.type.slice(TYPE.length);
  return code !== undefined && code in PROBLEMS ? (code as ErrorCode) : undefined;
};

/** Refusals that tell when to come back. */
const COME_BACK: readonly ErrorCode[] = ['idempotency-in-progress', 'rate-limited', 'overloaded'];

/** Holds any reply against what all have in common: request id, nosniff, and for a refusal the problem's form. */
export const checkCommon = ({ status, headers, json, code }: Answer, where: string): void => {
  assert.match(String(headers['x-request-id']), /^[A-Za-z0-9_-]{8,64}$/, `${where}: x-request-id`);
  assert.equal(headers['x-content-type-options'], 'nosniff', where);
  assert.equal(headers['x-powered-by'], undefined, where);
  if (status < 400) return;
  assert.ok(code, `${where}: ${status} is no problem of the contract: ${JSON.stringify(json)}`);
  const problem = Problem.parse(json);
  assert.deepEqual(
    { status: problem.status, title: problem.title, line: status },
    { ...PROBLEMS[code], line: PROBLEMS[code].status },
    where,
  );
  assert.equal(headers['content-type'], PROBLEM_JSON, where);
  assert.equal(headers['cache-control'], 'no-store', where);
  assert.equal(
    headers['www-authenticate'] !== undefined,
    code === 'unauthenticated',
    `${where}: www-authenticate`,
  );
  assert.equal(headers['allow'] !== undefined, code === 'method-not-allowed', `${where}: allow`);
  const retryAfter = headers['retry-after'];
  if (COME_BACK.includes(code)) assert.match(String(retryAfter), /^[1-9][0-9]*$/, `${where}: retry-after`);
  else assert.equal(retryAfter, undefined, `${where}: retry-after`);
  assert.equal(problem.errors !== undefined, code === 'validation', `${where}: errors`);
};

/** Any route can be sent a path that does not decode, or a body over the limit. */
const ANYWHERE: readonly ErrorCode[] = ['malformed', 'too-large'];

const checkSuccess = (route: Route, { status, headers, json, bytes }: Answer & WireReply): void => {
  const { success, name } = route;
  assert.equal(status, success.status, `${name}: ${bytes.toString().slice(0, 300)}`);
  const type = success.schema ? 'application/json; charset=utf-8' : success.mediaType;
  assert.equal(headers['content-type'], type, name);
  assert.equal(headers['content-length'], String(bytes.length), name);
  if (success.schema) {
    const parsed = success.schema.safeParse(json);
    assert.ok(parsed.success, `${name}: ${parsed.error?.message}`);
    assert.deepEqual(parsed.data, json, `${name}: the schema takes something away`);
  }
  const cacheControl = success.headers?.['cache-control'] ?? 'no-store';
  assert.equal(headers['cache-control'], cacheControl, name);
  for (const field of Object.keys(success.headers ?? {}))
    assert.ok(headers[field], `${name}: ${field} is missing`);
};

/** Holds a reply against its route's row: a documented refusal, or the success with its schema and header fields. */
export const checkReply = (route: Route, answer: Answer): void => {
  checkCommon(answer, route.name);
  if (answer.status < 400) {
    checkSuccess(route, answer);
    return;
  }
  const allowed = [...refusalsOf(route), ...ANYWHERE];
  assert.ok(answer.code && allowed.includes(answer.code), `${route.name}: ${answer.code} is not in its row`);
};
