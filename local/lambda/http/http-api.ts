import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Cors } from './cors.ts';
import { httpEvent } from './http-event.ts';
import { httpReply } from './http-reply.ts';
import { type HttpRoute, makeRouter, type RouteMatch } from './http-routes.ts';

/** What came of a function behind a route: its result as JSON text, an error, or that it was not run at all. */
export type HttpOutcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly throttled?: boolean };

/** Runs the function of a route. It never rejects. */
export type InvokeForHttp = (functionKey: string, event: APIGatewayProxyEventV2) => Promise<HttpOutcome>;

/** The HTTP API of a serverless.yml, and how its functions are run. */
export interface HttpApiOptions {
  readonly routes: readonly HttpRoute[];
  readonly invoke: InvokeForHttp;
  readonly cors?: Cors;
  /** How long it waits for a function, in ms: 30 s. */
  readonly integrationTimeoutMs?: number;
}

/** Lambda's limit for the event of a synchronous invocation, in bytes; the HTTP API's own for a body is 10 MB. */
const MAX_EVENT = 6_291_456;
/** A body below this is an event below the limit, also in base64 and with the largest headers. */
const SURELY_FITS = 4_000_000;
/** Request line and header values together, in bytes. */
const MAX_HEAD = 10_240;
/** How long an HTTP API waits for its integration, in ms. */
const INTEGRATION_TIMEOUT = 30_000;
const NO_BODY = Buffer.alloc(0);

const MESSAGES = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

const TOO_LONG = { ok: false, throttled: true } as const satisfies HttpOutcome;

/** The whole body, or undefined when it is larger than Lambda takes. */
const read = async (req: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_EVENT) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > MAX_EVENT) return undefined;
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
};

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

const headSize = ({ method = '', url = '', rawHeaders }: IncomingMessage): number => {
  let size = method.length + url.length + ' HTTP/1.1'.length + 1;
  for (let i = 1; i < rawHeaders.length; i += 2) size += rawHeaders[i]?.length ?? 0;
  return size;
};

const fits = (event: APIGatewayProxyEventV2, body: Buffer): boolean =>
  body.length < SURELY_FITS || Buffer.byteLength(JSON.stringify(event)) <= MAX_EVENT;

/** What came of it, or that it took too long; the function itself runs on then. */
const inTime = (running: Promise<HttpOutcome>, ms: number): Promise<HttpOutcome> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, TOO_LONG);
    running.finally(() => clearTimeout(timer)).then(resolve, reject);
  });

/**
 * API Gateway's HTTP API in front of functions, as a node:http listener: routes, the event of payload format 2.0, and the
 * reply, with the gateway's own answers where a function gives none: 404 without a route, 413 for a body over 6 MB, 431 for a
 * head over 10,240 bytes, 500 for a function that throws, times out or replies nonsense (never any detail), 503 for one that
 * is throttled or has not answered for 30 s. With `cors` it answers preflights itself.
 */
export const makeHttpApi = (options: HttpApiOptions) => {
  const { invoke, cors, integrationTimeoutMs = INTEGRATION_TIMEOUT } = options;
  const match = makeRouter(options.routes);

  const answer = (req: IncomingMessage, res: ServerResponse, status: keyof typeof MESSAGES): void => {
    const body = `{"message":"${MESSAGES[status]}"}`;
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    res.writeHead(status, { ...headers, ...cors?.headersFor(req) }).end(body);
  };

  const run = async (
    req: IncomingMessage,
    res: ServerResponse,
    route: RouteMatch,
    body: Buffer,
  ): Promise<void> => {
    const { routeKey, pathParameters, functionKey } = route;
    const event = httpEvent({ req, body, routeKey, pathParameters });
    if (!fits(event, body)) return answer(req, res, 413);
    const outcome = await inTime(invoke(functionKey, event), integrationTimeoutMs);
    if (!outcome.ok) return answer(req, res, outcome.throttled ? 503 : 500);
    const reply = httpReply(JSON.parse(outcome.payload));
    if (!reply) return answer(req, res, 500);
    const headers = cors ? cors.replace(req, reply.headers) : reply.headers;
    headers['apigw-requestid'] = event.requestContext.requestId;
    res.writeHead(reply.status, headers).end(reply.body);
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = hasBody(req) ? await read(req) : NO_BODY;
    if (headSize(req) > MAX_HEAD) return answer(req, res, 431);
    if (cors?.isPreflight(req)) return void res.writeHead(204, cors.preflightFor(req)).end();
    const { method = 'GET', url = '/' } = req;
    const query = url.indexOf('?');
    const route = match(method, query < 0 ? url : url.slice(0, query));
    if (!route) return answer(req, res, 404);
    if (!body) return answer(req, res, 413);
    return run(req, res, route, body);
  };

  return (req: IncomingMessage, res: ServerResponse): void => {
    serve(req, res).catch((error: unknown) => {
      if (req.destroyed && !res.writable) return;
      process.stderr.write(`HTTP API: ${error instanceof Error ? error.stack : error}\n`);
      if (res.headersSent) res.destroy();
      else answer(req, res, 500);
    });
  };
};
