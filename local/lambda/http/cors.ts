import type { CorsSpec } from '../../cloud/template-cors.ts';
import type { AnswerHeaders, GatewayRequest } from './gateway-request.ts';

type Asked = Pick<GatewayRequest, 'method' | 'headers'>;

/** What an HTTP API with a CORS configuration adds. */
export interface Cors {
  /** Whether the gateway answers by itself: OPTIONS with Origin and Access-Control-Request-Method. */
  readonly isPreflight: (req: Asked) => boolean;
  /** Headers of the answer to a preflight. */
  readonly preflightFor: (req: Asked) => AnswerHeaders;
  /** Headers of every other answer; none without an Origin that is allowed. */
  readonly headersFor: (req: Asked) => AnswerHeaders;
  /** The headers of a function's reply, with the gateway's own in the place of its Access-Control-*. */
  readonly replace: (req: Asked, headers: AnswerHeaders) => AnswerHeaders;
}

/** `https://*.example.com` and `https://*` allow what they begin and end; `*` allows everything. */
const originMatches = (pattern: string, origin: string): boolean => {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === origin;
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return origin.length > pattern.length - 1 && origin.startsWith(start) && origin.endsWith(end);
};

/**
 * CORS as an HTTP API does it: the gateway answers preflights, adds headers to answers for requests with an allowed Origin
 * only, and drops those that a function sends.
 * Source: API Gateway developer guide, "Configure CORS for HTTP APIs".
 */
export const makeCors = (configuration: CorsSpec): Cors => {
  const { allowedOrigins, allowedHeaders, allowedMethods, exposedHeaders, allowCredentials, maxAge } =
    configuration;
  const anyOrigin = allowedOrigins.includes('*') && !allowCredentials;

  const headersFor = ({ headers }: Asked): AnswerHeaders => {
    const origin = headers['origin'];
    if (origin === undefined || !allowedOrigins.some((pattern) => originMatches(pattern, origin))) return {};
    return {
      'access-control-allow-origin': anyOrigin ? '*' : origin,
      ...(!anyOrigin && { vary: 'origin' }),
      ...(allowCredentials && { 'access-control-allow-credentials': 'true' }),
      ...(exposedHeaders.length > 0 && { 'access-control-expose-headers': exposedHeaders.join(',') }),
    };
  };

  return {
    isPreflight: ({ method, headers }) =>
      method === 'OPTIONS' &&
      headers['origin'] !== undefined &&
      headers['access-control-request-method'] !== undefined,
    preflightFor: (req) => {
      const { 'access-control-expose-headers': _, ...allowed } = headersFor(req);
      if (Object.keys(allowed).length === 0) return {};
      return {
        ...allowed,
        ...(allowedHeaders.length > 0 && { 'access-control-allow-headers': allowedHeaders.join(',') }),
        'access-control-allow-methods': allowedMethods.join(','),
        ...(maxAge !== undefined && { 'access-control-max-age': String(maxAge) }),
      };
    },
    headersFor,
    replace: (req, headers) => {
      const kept = Object.entries(headers).filter(([name]) => !name.startsWith('access-control-'));
      const own = headersFor(req);
      const vary = [own['vary'], headers['vary']].filter((value) => value !== undefined).join(', ');
      return { ...Object.fromEntries(kept), ...own, ...(vary !== '' && { vary }) };
    },
  };
};
