import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as the event needs it: the raw pieces, and the route that matched. */
export interface MatchedRequest {
  readonly req: IncomingMessage;
  readonly body: Buffer;
  /** `METHOD /path` of the route, or `$default`. */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Content types whose bodies arrive as text; every other body arrives as base64. */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/;

/** Headers that belong to one connection: the HTTP API does not pass them on. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'cookie',
]);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number): string => String(value).padStart(2, '0');

const clfTime = (at: Date): string =>
  `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Name and value of every header field, in the order in which they came, names in lower case. */
const headerFields = (raw: readonly string[]): Array<[string, string]> => {
  const fields: Array<[string, string]> = [];
  for (let i = 0; i + 1 < raw.length; i += 2) fields.push([(raw[i] ?? '').toLowerCase(), raw[i + 1] ?? '']);
  return fields;
};

/** Joins the values of a repeated name by a comma, as the HTTP API does with headers and query parameters. */
const joined = (pairs: Iterable<readonly [string, string]>): Record<string, string> => {
  const byName = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = byName.get(name);
    byName.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(byName);
};

const headersOf = (req: IncomingMessage, sourceIp: string): Record<string, string> => {
  const fields = headerFields(req.rawHeaders).filter(([name]) => !OF_THE_CONNECTION.has(name));
  fields.push(['x-forwarded-for', sourceIp]);
  const headers = joined(fields);
  headers['x-forwarded-port'] ??= String(req.socket.localPort ?? '');
  headers['x-forwarded-proto'] ??= 'http';
  return headers;
};

const bodyOf = (body: Buffer, contentType: string) => {
  if (body.length === 0) return { isBase64Encoded: false };
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
 * The event of a request, payload format 2.0 of API Gateway's HTTP APIs: header names in lower case and duplicates joined by
 * commas, cookies apart, the raw query kept as it came, `body`, `cookies`, `pathParameters` and `queryStringParameters`
 * absent where there are none, bodies that are not text in base64.
 * Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
export const httpEvent = ({
  req,
  body,
  routeKey,
  pathParameters,
}: MatchedRequest): APIGatewayProxyEventV2 => {
  const now = new Date();
  const sourceIp = (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const [rawPath = '/', ...query] = (req.url ?? '/').split('?');
  const rawQueryString = query.join('?');
  const headers = headersOf(req, sourceIp);
  if (body.length > 0) headers['content-length'] = String(body.length);
  const cookies = (req.headers.cookie ?? '').split(/;\s*/).filter((cookie) => cookie !== '');
  const path = decoded(rawPath);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(rawQueryString !== '' && { queryStringParameters: joined(new URLSearchParams(rawQueryString)) }),
    ...(Object.keys(pathParameters).length > 0 && {
      pathParameters: Object.fromEntries(
        Object.entries(pathParameters).map(([name, raw]) => [name, decoded(raw)]),
      ),
    }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: req.headers.host ?? '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method: req.method ?? 'GET',
        path,
        protocol: `HTTP/${req.httpVersion}`,
        sourceIp,
        userAgent: req.headers['user-agent'] ?? '',
      },
      requestId: crypto.randomUUID(),
      routeKey,
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    ...bodyOf(body, req.headers['content-type'] ?? ''),
  };
};
