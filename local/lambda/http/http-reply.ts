/** What goes to the client. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  /** Text as it is: node:http sends it in one write with the head. */
  readonly body: string | Buffer;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const withLength = (
  headers: Record<string, string | string[]>,
  body: string | Buffer,
  status: number,
): typeof headers => {
  if (status !== 204 && status !== 304) headers['content-length'] = String(Buffer.byteLength(body));
  return headers;
};

/** A result without a statusCode is the body of a 200: a string without its quotes, anything else as it is. */
const inferred = (result: unknown, payload: string): HttpReply => {
  const body = typeof result === 'string' ? result : payload;
  return { status: 200, headers: withLength({ 'content-type': 'application/json' }, body, 200), body };
};

/**
 * The reply that an HTTP API makes of a function's result (payload format 2.0). Without a `statusCode` the result itself is the
 * body of a 200; without a content type it is `text/plain; charset=utf-8`; `cookies` become set-cookie headers.
 * Source: API Gateway developer guide, "Lambda function response for format 2.0".
 *
 * @param payload the function's result as JSON text
 * @returns undefined where the gateway would answer 500: a status that is none, a body that is not text
 * @throws SyntaxError when it is no JSON
 */
export const httpReply = (payload: string): HttpReply | undefined => {
  const result: unknown = JSON.parse(payload);
  if (!isRecord(result) || result['statusCode'] === undefined) return inferred(result, payload);
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (typeof body !== 'string' || !isRecord(headers ?? {}) || !Array.isArray(cookies)) return undefined;

  const out: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const key = name.toLowerCase();
    if (key !== 'content-length' && key !== 'transfer-encoding') out[key] = String(value);
  }
  out['content-type'] ??= 'text/plain; charset=utf-8';
  if (cookies.length > 0) out['set-cookie'] = cookies.map(String);
  const sent = isBase64Encoded === true ? Buffer.from(body, 'base64') : body;
  return { status, headers: withLength(out, sent, status), body: sent };
};
