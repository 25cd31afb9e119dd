/** A request as the HTTP API sees it, however it was read from its connection. */
export type GatewayRequest = {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** Such as `HTTP/1.1`. */
  readonly protocol: string;
  /** By name in lower case, the values of a repeated one joined by commas; without cookies and what concerns one connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** The values of its cookie headers, joined by `; `; empty without one. */
  readonly cookie: string;
  /** Of request line and header values together, in bytes. */
  readonly headSize: number;
  readonly sourceIp: string;
  readonly port: number;
  /** Undefined when it is larger than Lambda takes. */
  readonly body: Buffer | undefined;
};

/** Headers of an answer, names in lower case. */
export type AnswerHeaders = Record<string, string | string[]>;

/**
 * Sends the one answer to a request. A string is UTF-8.
 *
 * @throws TypeError for a header that HTTP does not have; nothing has been sent then
 */
export type Answer = (status: number, headers: AnswerHeaders, body: string | Buffer) => void;

/** What answers the requests of an HTTP API. It never throws. */
export type HttpHandler = (request: GatewayRequest, answer: Answer) => void;

/** Headers that belong to one connection, which the HTTP API does not pass on, and the cookies, which go apart. */
const APART = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'cookie',
]);

/** Whether a header is none of a function's. */
export const isApart = (name: string): boolean => APART.has(name);

/** Lambda's limit for the event of a synchronous invocation, in bytes; the HTTP API's own for a body is 10 MB. */
export const MAX_EVENT = 6_291_456;

/** The body of a request without one. */
export const NO_BODY: Buffer = Buffer.alloc(0);
