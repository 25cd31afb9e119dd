import { checkReply } from './check-reply.ts';
import type { RouteCalls } from './client-types.ts';
import { methodsOf } from './match-path.ts';
import type { Route } from './route.ts';
import { allRoutes, routes } from './routes.ts';
import type { HttpReply, RequestHeaders, Transport } from './transport.ts';

/** A request that need not keep the contract. `like` is the route whose server it goes to, where the path names none. */
export type RawRequest = {
  readonly headers?: RequestHeaders;
  readonly body?: string | Uint8Array | undefined;
  readonly like?: Route;
};

/** A reply as it came, with its body as text too. */
export type RawReply = HttpReply & { readonly text: string };

/** The contract as functions: one method a route, and `raw` for requests that break the rules on purpose. */
export type Client = RouteCalls & {
  readonly raw: (method: string, path: string, request?: RawRequest) => Promise<RawReply>;
};

/** What any call may hold; the types of `Call` say which route takes what. */
type AnyCall = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly token?: string;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly headers?: RequestHeaders;
};

const pathOf = (route: Route, call: AnyCall): string => {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(call.params?.[name] ?? ''),
  );
  const given = Object.entries(call.query ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
};

const headersOf = (call: AnyCall): RequestHeaders => ({
  ...(call.body !== undefined && { 'content-type': 'application/json' }),
  ...(call.token !== undefined && { authorization: `Bearer ${call.token}` }),
  ...(call.idempotencyKey !== undefined && { 'idempotency-key': call.idempotencyKey }),
  ...(call.ifMatch !== undefined && { 'if-match': call.ifMatch }),
  ...call.headers,
});

/** The route whose server takes a raw path: the first with that path, else the first of the table. */
const routeLike = (path: string): Route =>
  allRoutes.find((route) => methodsOf([route], path.split('?', 1)[0] ?? '').length > 0) ??
  routes.registerAccount;

/**
 * Makes a client of the shop. Every reply is held against the contract: what it returns has been checked, and a reply
 * that breaks the contract rejects with ContractViolation. It never retries.
 *
 * `baseUrlOf` says which server answers a route, e.g. `http://127.0.0.1:3002` for those of inventory and images.
 */
export const makeClient = (deps: { baseUrlOf: (route: Route) => string; transport: Transport }): Client => {
  const callOf =
    (route: Route) =>
    async (call: AnyCall = {}) => {
      const reply = await deps.transport.send({
        baseUrl: deps.baseUrlOf(route),
        method: route.method,
        path: pathOf(route, call),
        headers: headersOf(call),
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
      });
      return checkReply(route, reply);
    };
  const calls = Object.fromEntries(Object.entries(routes).map(([key, route]) => [key, callOf(route)]));
  return {
    // The table's types say what every method takes and returns; the loop over the table cannot.
    ...(calls as unknown as RouteCalls),
    raw: async (method, path, { headers = {}, body, like = routeLike(path) } = {}) => {
      const baseUrl = deps.baseUrlOf(like);
      const reply = await deps.transport.send({ baseUrl, method, path, headers, body });
      return { ...reply, text: new TextDecoder().decode(reply.bytes) };
    },
  };
};
