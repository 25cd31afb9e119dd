import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpEvent } from './http-event.ts';
import { httpReply } from './http-reply.ts';
import { type HttpRoute, makeRouter } from './http-routes.ts';
import type { Invoke } from './runtime.ts';

/** Lambda's limit for a synchronous payload, in bytes; the HTTP API's own is 10 MB. */
const MAX_BODY = 6 * 1024 * 1024;
/** How long an HTTP API waits for its integration, in milliseconds. */
const INTEGRATION_TIMEOUT = 30_000;

const answer = (res: ServerResponse, status: number, message: string): void => {
  const body = JSON.stringify({ message });
  res
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
};

/** The whole body, or undefined as soon as it is larger than Lambda takes. */
const read = async (req: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > MAX_BODY ? undefined : Buffer.concat(chunks);
};

const waited = async <T>(running: Promise<T>): Promise<T | 'too long'> => {
  const { promise, resolve } = Promise.withResolvers<'too long'>();
  const timer = setTimeout(() => resolve('too long'), INTEGRATION_TIMEOUT);
  try {
    return await Promise.race([running, promise]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * API Gateway's HTTP API in front of functions, as a node:http listener: routes, the event of payload format 2.0, and the
 * reply, with the gateway's own answers where a function gives none: 404 without a route, 413 for a body over 6 MB, 500 for a
 * function that throws, times out or replies nonsense (never any detail), 503 when nothing has come back for 30 s.
 *
 * @param routes the routes of serverless.yml
 * @param invoke runs a function
 */
export const makeHttpApi = (routes: readonly HttpRoute[], invoke: Invoke) => {
  const match = makeRouter(routes);

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await read(req);
    const route = match(req.method ?? 'GET', (req.url ?? '/').split('?')[0] ?? '/');
    if (!route) return answer(res, 404, 'Not Found');
    if (!body) return answer(res, 413, 'Request Entity Too Large');
    const event = httpEvent({ req, body, routeKey: route.routeKey, pathParameters: route.pathParameters });
    const outcome = await waited(invoke(route.functionKey, event));
    if (outcome === 'too long') return answer(res, 503, 'Service Unavailable');
    const reply = outcome.ok ? httpReply(JSON.parse(outcome.json)) : undefined;
    if (!outcome.ok) process.stderr.write(`${route.functionKey}: ${JSON.stringify(outcome.error)}\n`);
    if (!reply) return answer(res, 500, 'Internal Server Error');
    res.setHeader('apigw-requestid', event.requestContext.requestId);
    res.writeHead(reply.status, reply.headers).end(reply.body);
  };

  return (req: IncomingMessage, res: ServerResponse): void => {
    serve(req, res).catch((error: unknown) => {
      if (req.destroyed && !res.writable) return;
      process.stderr.write(`HTTP API: ${error instanceof Error ? error.stack : error}\n`);
      if (res.headersSent) res.destroy();
      else answer(res, 500, 'Internal Server Error');
    });
  };
};
