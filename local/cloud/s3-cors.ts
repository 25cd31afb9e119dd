/** CORS as S3 does it: rules of the bucket, the first that matches (Amazon S3 user guide, "Using CORS"). */
import type { CorsRule } from './template-resources.ts';

/** What a browser asks: its origin, the method, and the headers of a preflight request. */
export type CorsRequest = {
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly string[];
};

/** A pattern may hold one `*`. */
const matches = (pattern: string, text: string): boolean => {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
};

/** The response headers for a request with an Origin, or undefined when no rule allows it. */
export const corsHeaders = (
  rules: readonly CorsRule[],
  request: CorsRequest,
): Record<string, string> | undefined => {
  for (const rule of rules) {
    const origin = rule.origins.find((pattern) => matches(pattern, request.origin));
    if (origin === undefined || !rule.methods.includes(request.method)) continue;
    const allowed = rule.headers.map((pattern) => pattern.toLowerCase());
    if (!request.headers.every((name) => allowed.some((pattern) => matches(pattern, name.toLowerCase()))))
      continue;
    return {
      'access-control-allow-origin': origin === '*' ? '*' : request.origin,
      'access-control-allow-methods': rule.methods.join(', '),
      ...(origin === '*' ? {} : { 'access-control-allow-credentials': 'true' }),
      ...(request.headers.length > 0 ? { 'access-control-allow-headers': request.headers.join(', ') } : {}),
      ...(rule.exposed.length > 0 ? { 'access-control-expose-headers': rule.exposed.join(', ') } : {}),
      ...(rule.maxAge === undefined ? {} : { 'access-control-max-age': String(rule.maxAge) }),
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    };
  }
  return undefined;
};
