import { parse as parseQuery } from 'node:querystring';
import type { Route } from '@duet/shared/contract/route.ts';
import { parseIfMatch } from '@duet/shared/kernel/etag.ts';
import {
  type CreatedOnce,
  fingerprintOf,
  type IdempotencyScope,
  parseIdempotencyKey,
} from '@duet/shared/kernel/idempotency.ts';
import { parse, parseJson, requireJson } from '@duet/shared/kernel/parse.ts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod';
import { userOf } from './authenticate.ts';
import { rawBodyOf } from './body.ts';

/** What a handler returns: a reply in the HTTP API's payload format 2.0. */
export type Reply = APIGatewayProxyStructuredResultV2;

/** Serves one route. Whatever it throws becomes a problem. */
export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<Reply>;

/** Header fields of a reply, lower-case names. */
export type Headers = Readonly<Record<string, string>>;

/**
 * The JSON body of a request, not validated yet.
 *
 * @throws DomainError `unsupported-media-type`, `too-large`, `malformed`
 */
export const bodyOf = (event: APIGatewayProxyEventV2): unknown => {
  requireJson(event.headers['content-type']);
  return parseJson(rawBodyOf(event));
};

/** The path parameters, validated. @throws DomainError `validation` */
export const paramsOf = <T>(route: { readonly params: z.ZodType<T> }, event: APIGatewayProxyEventV2): T =>
  parse(route.params, { ...event.pathParameters });

/** The query parameters, validated; one that comes twice is an array, which no schema takes. @throws DomainError `validation` */
export const queryOf = <T>(route: { readonly query: z.ZodType<T> }, event: APIGatewayProxyEventV2): T =>
  parse(route.query, { ...parseQuery(event.rawQueryString) });

/**
 * What makes a repeated request the same one: the user, the route (with its path where that has parameters), the key
 * and the validated input.
 *
 * @throws DomainError `idempotency-key-missing`, also for two header fields
 */
export const idempotencyOf = (
  route: Route,
  event: APIGatewayProxyEventV2,
  input: unknown,
): IdempotencyScope => ({
  userId: userOf(event).id,
  route: route.params ? `${route.name} ${event.rawPath}` : route.name,
  key: parseIdempotencyKey(event.headers['idempotency-key']),
  fingerprint: fingerprintOf(input),
});

/** The version that If-Match names. @throws DomainError `precondition-required` */
export const ifMatchOf = (event: APIGatewayProxyEventV2): number => parseIfMatch(event.headers['if-match']);

/** A reply with JSON. */
export const json = (status: number, body: unknown, headers: Headers = {}): Reply =>
  send(status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8', ...headers });

/** The reply to a request that creates something once, new or replayed. */
export const created = <T>(made: CreatedOnce<T>, headers: Headers = {}): Reply => {
  const replayed = made.replayed ? { 'idempotency-replayed': 'true' } : {};
  return json(made.status, made.body, { location: made.location, ...replayed, ...headers });
};

/** A reply with a text or bytes; bytes travel in base64. */
export const send = (status: number, body: string | Uint8Array, headers: Headers): Reply => ({
  statusCode: status,
  headers: { 'cache-control': 'no-store', ...headers },
  ...(typeof body === 'string'
    ? { body }
    : { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
});
