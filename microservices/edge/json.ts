import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from '@duet/shared/contract/route.ts';
import { parseIfMatch } from '@duet/shared/kernel/etag.ts';
import {
  type CreatedOnce,
  fingerprintOf,
  type IdempotencyScope,
  parseIdempotencyKey,
} from '@duet/shared/kernel/idempotency.ts';
import { parse, parseJson, requireJson } from '@duet/shared/kernel/parse.ts';
import type { Request } from 'express';
import { userOf } from './authenticate.ts';
import { rawBodyOf } from './body.ts';

/** A schema as `parse` takes it. */
type Schema<T> = Parameters<typeof parse<T>>[0];

/** What a handler writes its reply to. */
export type Reply = ServerResponse<IncomingMessage>;

/** Serves one route. Whatever it throws becomes a problem. */
export type HttpHandler = (req: Request, res: Reply) => Promise<void>;

/** Header fields of a reply, lower-case names. */
export type Headers = Readonly<Record<string, string>>;

/**
 * The JSON body of a request, not validated yet.
 *
 * @throws DomainError `unsupported-media-type`, `too-large`, `malformed`
 */
export const bodyOf = (req: Request): unknown => {
  requireJson(req.headers['content-type']);
  return parseJson(rawBodyOf(req));
};

/** The path parameters, validated. @throws DomainError `validation` */
export const paramsOf = <T>(route: { readonly params: Schema<T> }, req: Request): T =>
  parse(route.params, req.params);

/** The query parameters, validated; one that comes twice is an array, which no schema takes. @throws DomainError `validation` */
export const queryOf = <T>(route: { readonly query: Schema<T> }, req: Request): T =>
  parse(route.query, { ...req.query });

/**
 * What makes a repeated request the same one: the user, the route (with its path where that has parameters), the key
 * and the validated input.
 *
 * @throws DomainError `idempotency-key-missing`, also for two header fields
 */
export const idempotencyOf = (route: Route, req: Request, input: unknown): IdempotencyScope => ({
  userId: userOf(req).id,
  route: route.params ? `${route.name} ${req.path}` : route.name,
  key: parseIdempotencyKey(req.headers['idempotency-key'] as string | undefined),
  fingerprint: fingerprintOf(input),
});

/** The version that If-Match names. @throws DomainError `precondition-required` */
export const ifMatchOf = (req: Request): number => parseIfMatch(req.headers['if-match']);

/** Replies with JSON. It is not to be cached unless a header field says otherwise. */
export const json = (res: Reply, status: number, body: unknown, headers: Headers = {}): void => {
  send(res, status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8', ...headers });
};

/** Replies to a request that creates something once, new or replayed. */
export const created = <T>(res: Reply, made: CreatedOnce<T>, headers: Headers = {}): void => {
  const replayed = made.replayed ? { 'idempotency-replayed': 'true' } : {};
  json(res, made.status, made.body, { location: made.location, ...replayed, ...headers });
};

/** Replies with a text or bytes. Nothing happens when the request's time was up and a reply has been sent. */
export const send = (res: Reply, status: number, body: string | Uint8Array, headers: Headers): void => {
  if (res.headersSent) return;
  res.statusCode = status;
  res.setHeader('cache-control', 'no-store');
  for (const name in headers) res.setHeader(name, headers[name] as string);
  res.setHeader('content-length', Buffer.byteLength(body));
  res.end(body);
};
