import assert from 'node:assert/strict';
import type { Context, Route } from '@duet/shared/contract/route.ts';
import { type RouteKey, routes } from '@duet/shared/contract/routes.ts';
import type { ErrorCode } from '@duet/shared/kernel/errors.ts';
import type * as z from 'zod';
import { checkReply, codeOf } from './check-reply.ts';
import type { Wire, WireReply } from './wire.ts';

/** Whose account it is. */
export type Credentials = { readonly email: string; readonly password: string };

/** A shop under test: one stack on one store, as its clients see it. */
export type Shop = {
  /** For titles, e.g. `microservices on postgres`. */
  readonly name: string;
  /** Base URL of each context; on a stack with one front door they are all the same. */
  readonly origins: Readonly<Record<Context, string>>;
  readonly admin: Credentials;
  readonly wire: Wire;
  /** Every refusal that a caller of this shop has met. */
  readonly seen: Set<ErrorCode>;
};

/** What a request of a route is made of. What is absent is not sent. */
export type CallOptions = {
  readonly params?: Readonly<Record<string, string>>;
  /** Query string without its question mark. */
  readonly query?: string;
  /** Body, sent as JSON. */
  readonly body?: unknown;
  /** Body as bytes or text, instead of `body`. */
  readonly raw?: Uint8Array | string;
  /** Media type of the body: JSON unless given; null sends none. */
  readonly contentType?: string | null;
  readonly token?: string;
  /** Idempotency-Key. */
  readonly key?: string;
  readonly ifMatch?: string;
  /** More header fields, as pairs. */
  readonly headers?: readonly (readonly [string, string])[];
  /** Loopback address that the request comes from. */
  readonly from?: string;
};

/** A reply with its JSON. `code` is there when it is a refusal. */
export type Answer = WireReply & { readonly json: unknown; readonly code?: ErrorCode };

/** The body of a route's success, as its schema gives it. */
export type BodyOf<K extends RouteKey> = (typeof routes)[K]['success'] extends {
  readonly schema: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

/** Path of a route with its parameters filled in, each encoded. */
export const pathOf = (route: Route, params: Readonly<Record<string, string>> = {}): string =>
  route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? `{${name}}`));

const headersOf = (options: CallOptions, hasBody: boolean): [string, string][] => {
  const { token, key, ifMatch, contentType, headers = [] } = options;
  const type = contentType === undefined && hasBody ? 'application/json' : contentType;
  return [
    ...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as [string, string]]),
    ...(key === undefined ? [] : [['idempotency-key', key] as [string, string]]),
    ...(ifMatch === undefined ? [] : [['if-match', ifMatch] as [string, string]]),
    ...(type ? [['content-type', type] as [string, string]] : []),
    ...headers.map(([name, value]) => [name, value] as [string, string]),
  ];
};

const jsonOf = ({ headers, bytes }: WireReply): unknown =>
  bytes.length > 0 && /^application\/(problem\+)?json\b/.test(headers['content-type'] ?? '')
    ? JSON.parse(bytes.toString())
    : undefined;

/** Sends a request outside of the table: any method and target, to a context's origin. */
export const send = async (
  shop: Shop,
  context: Context,
  method: string,
  target: string,
  options: CallOptions = {},
): Promise<Answer> => {
  const raw = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const body = typeof raw === 'string' ? Buffer.from(raw) : raw;
  const reply = await shop.wire(shop.origins[context], {
    method,
    target,
    headers: headersOf(options, body !== undefined),
    ...(body && { body }),
    ...(options.from && { from: options.from }),
  });
  const json = jsonOf(reply);
  const code = codeOf(json);
  if (code) shop.seen.add(code);
  return { ...reply, json, ...(code && { code }) };
};

/** Calls a route and holds its reply, whatever it is, against the route's row of the contract. */
export const call = async (shop: Shop, key: RouteKey, options: CallOptions = {}): Promise<Answer> => {
  const route: Route = routes[key];
  const query = options.query === undefined ? '' : `?${options.query}`;
  const answer = await send(
    shop,
    route.context,
    route.method,
    pathOf(route, options.params) + query,
    options,
  );
  checkReply(route, answer);
  return answer;
};

/** Calls a route that must go well; its body, validated. */
export const ok = async <K extends RouteKey>(
  shop: Shop,
  key: K,
  options: CallOptions = {},
): Promise<Answer & { readonly body: BodyOf<K> }> => {
  const answer = await call(shop, key, options);
  const { status } = routes[key].success;
  assert.equal(answer.status, status, `${key}: ${answer.status} ${answer.bytes.toString().slice(0, 300)}`);
  return { ...answer, body: answer.json as BodyOf<K> };
};

/** Calls a route that must be refused with this code. */
export const refused = async (
  shop: Shop,
  key: RouteKey,
  options: CallOptions,
  code: ErrorCode,
): Promise<Answer> => {
  const answer = await call(shop, key, options);
  const got = answer.code ?? `${answer.status} ${answer.bytes.toString().slice(0, 200)}`;
  assert.equal(got, code, `${shop.name}: ${key} should be refused as ${code}`);
  return answer;
};
