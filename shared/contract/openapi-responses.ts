import type { ErrorCode } from '../kernel/errors.ts';
import { PROBLEM_JSON, PROBLEMS, problemType } from '../kernel/problem.ts';
import { refOf } from './openapi-schemas.ts';
import type { HeaderObject, ResponseObject } from './openapi-types.ts';
import { ProblemBody } from './problem-body.ts';
import { problemNotes } from './problem-notes.ts';
import { type Route, refusalsOf } from './route.ts';

/** Header fields of replies by their component name. */
export const headerComponents: Readonly<Record<string, HeaderObject>> = {
  'X-Request-Id': {
    description: "The request's id: the caller's own if it sent a valid one, else a new one.",
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'Seconds after which a retry may succeed.',
    schema: { type: 'integer', minimum: 1 },
  },
  'WWW-Authenticate': { description: 'How to authenticate: `Bearer`.', schema: { type: 'string' } },
  'Idempotency-Replayed': {
    description:
      '`true` when this is the stored reply of an earlier request with the same key; absent otherwise.',
    schema: { type: 'string', const: 'true' },
  },
};

const headerRef = (name: string) => [name, { $ref: `#/components/headers/${name}` }] as const;

const RETRIED: readonly ErrorCode[] = ['idempotency-in-progress', 'rate-limited', 'overloaded'];

const headersOfRefusal = (codes: readonly ErrorCode[]) =>
  Object.fromEntries([
    headerRef('X-Request-Id'),
    ...(codes.some((code) => RETRIED.includes(code)) ? [headerRef('Retry-After')] : []),
    ...(codes.includes('unauthenticated') ? [headerRef('WWW-Authenticate')] : []),
  ]);

const exampleOf = (code: ErrorCode) => ({
  type: problemType(code),
  title: PROBLEMS[code].title,
  status: PROBLEMS[code].status,
  ...(code === 'validation' && {
    errors: [{ pointer: '/lines/0/quantity', detail: 'Too small: expected number to be >=1' }],
  }),
});

/** The reply for refusals that share a status. */
const refusal = (codes: readonly ErrorCode[]): ResponseObject => ({
  description: codes.map((code) => `\`${code}\`: ${problemNotes[code]}`).join('\n\n'),
  headers: headersOfRefusal(codes),
  content: {
    [PROBLEM_JSON]: {
      schema: {
        allOf: [refOf(ProblemBody)],
        properties: { type: { type: 'string', enum: codes.map(problemType) } },
      },
      examples: Object.fromEntries(
        codes.map((code) => [code, { summary: PROBLEMS[code].title, value: exampleOf(code) }]),
      ),
    },
  },
});

/** The refusals of a route by their status, in the order of the statuses. */
const groupsOf = (route: Route): [status: number, codes: readonly ErrorCode[]][] => {
  const statuses = [...new Set(refusalsOf(route).map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  return statuses.map((status) => [
    status,
    refusalsOf(route).filter((code) => PROBLEMS[code].status === status),
  ]);
};

const nameOf = (codes: readonly ErrorCode[]): string => codes.join('.');

/** Every refusal reply that some route has, by its component name. */
export const responseComponents = (routes: readonly Route[]): Record<string, ResponseObject> =>
  Object.fromEntries(
    routes.flatMap((route) => groupsOf(route).map(([, codes]) => [nameOf(codes), refusal(codes)] as const)),
  );

/** References to the refusals of a route, by status. */
export const refusalRefs = (route: Route): Record<string, { $ref: string }> =>
  Object.fromEntries(
    groupsOf(route).map(([status, codes]) => [
      String(status),
      { $ref: `#/components/responses/${nameOf(codes)}` },
    ]),
  );

const titleCase = (name: string): string =>
  name === 'etag'
    ? 'ETag'
    : name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());

/** The reply of a route that went well. */
export const successOf = (route: Route, example: unknown): ResponseObject => {
  const { schema, mediaType = 'application/json', headers = {} } = route.success;
  return {
    description: route.idempotencyKey ? 'Done, or done before with the same key.' : 'Done.',
    headers: Object.fromEntries([
      ...Object.entries(headers).map(
        ([name, description]) => [titleCase(name), { description, schema: { type: 'string' } }] as const,
      ),
      ...(route.idempotencyKey ? [headerRef('Idempotency-Replayed')] : []),
      headerRef('X-Request-Id'),
    ]),
    // A body of bytes has no schema in OpenAPI 3.1, only its media type.
    content: { [mediaType]: schema ? { schema: refOf(schema), example } : {} },
  };
};
