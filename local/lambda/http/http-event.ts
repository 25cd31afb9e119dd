import { decoded } from './decoded.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** A request and the route that matched. */
export interface MatchedRequest {
  readonly request: GatewayRequest;
  readonly body: Buffer;
  /** `METHOD /path` of the route, or `$default`. */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly time: RequestTime;
}

/** When a request came: in ms since 1970, and as the event's text. */
export type RequestTime = { readonly ms: number; readonly text: string };

/** Content types whose bodies arrive as text; every other body arrives as base64. */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number): string => String(value).padStart(2, '0');

/** A time as the event has it, such as `12/Mar/2020:19:03:58 +0000`. */
const clfTime = (at: Date): string =>
  `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`;

/**
 * Tells the time of requests; its text is made once a second.
 *
 * @param now a clock in ms
 */
export const makeRequestTime = (now: () => number = Date.now): (() => RequestTime) => {
  let second = -1;
  let text = '';
  return () => {
    const ms = now();
    const at = Math.floor(ms / 1_000);
    if (at !== second) text = clfTime(new Date(ms));
    second = at;
    return { ms, text };
  };
};

/** Joins the values of a repeated name by a comma, as the HTTP API does. */
const joined = (pairs: Iterable<readonly [string, string]>): Record<string, string> => {
  const byName = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = byName.get(name);
    byName.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(byName);
};

const headersOf = ({ headers, sourceIp, port }: GatewayRequest, body: Buffer): Record<string, string> => {
  const forwarded = headers['x-forwarded-for'];
  const all: Record<string, string> = {
    ...headers,
    'x-forwarded-for': forwarded === undefined ? sourceIp : `${forwarded},${sourceIp}`,
  };
  all['x-forwarded-port'] ??= String(port);
  all['x-forwarded-proto'] ??= 'http';
  if (body.length > 0) all['content-length'] = String(body.length);
  return all;
};

const bodyOf = (
  body: Buffer,
  contentType: string,
): { readonly body: string | undefined; readonly isBase64Encoded: boolean } => {
  if (body.length === 0) return { body: undefined, isBase64Encoded: false };
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (TEXT.test(type)) {
    const text = body.toString('utf8');
    // Bytes that are not UTF-8 would be lost as text: they travel as what they are
    if (Buffer.byteLength(text) === body.length && Buffer.from(text).equals(body)) {
      return { body: text, isBase64Encoded: false };
    }
  }
  return { body: body.toString('base64'), isBase64Encoded: true };
};

/**
 * The event of a request, for JSON, in payload format 2.0 of API Gateway's HTTP APIs: header names in lower case and duplicates joined by
 * commas, cookies apart, the raw query kept as it came, `body`, `cookies`, `pathParameters` and `queryStringParameters`
 * absent where there are none, bodies that are not text in base64.
 * Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
export const httpEvent = ({ request, body, routeKey, pathParameters, requestId, time }: MatchedRequest) => {
  const { method, url, protocol, headers, cookie, sourceIp } = request;
  const query = url.indexOf('?');
  const path = decoded(query < 0 ? url : url.slice(0, query));
  const rawQueryString = query < 0 ? '' : url.slice(query + 1);
  const cookies = cookie === '' ? [] : cookie.split(/;\s*/).filter((one) => one !== '');
  const [hasQuery, parameters] = [rawQueryString !== '', Object.entries(pathParameters)];
  const { body: text, isBase64Encoded } = bodyOf(body, headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    cookies: cookies.length > 0 ? cookies : undefined,
    headers: headersOf(request, body),
    queryStringParameters: hasQuery ? joined(new URLSearchParams(rawQueryString)) : undefined,
    pathParameters:
      parameters.length > 0
        ? Object.fromEntries(parameters.map(([name, raw]) => [name, decoded(raw)]))
        : undefined,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? '127.0.0.1',
      domainPrefix: 'local',
      http: { method, path, protocol, sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey,
      stage: '$default',
      time: time.text,
      timeEpoch: time.ms,
    },
    body: text,
    isBase64Encoded,
  };
};
