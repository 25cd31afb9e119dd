import type { Cors } from './cors.ts';
import { type Answer, type GatewayRequest, type HttpHandler, MAX_EVENT } from './gateway-request.ts';
import { httpEvent, makeRequestTime } from './http-event.ts';
import { httpReply } from './http-reply.ts';
import { type HttpRoute, makeRouter, type RouteMatch } from './http-routes.ts';

/** What came of a function behind a route: its result as JSON text, an error, or that it was not run at all. */
export type HttpOutcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly throttled?: boolean };

/** Runs the function of a route with an event as JSON text, and the caller's trace if it has one. It never rejects. */
export type InvokeForHttp = (
  functionKey: string,
  payload: string,
  traceId: string | undefined,
) => Promise<HttpOutcome>;

/** The HTTP API of a serverless.yml, and how its functions are run. */
export interface HttpApiOptions {
  readonly routes: readonly HttpRoute[];
  readonly invoke: InvokeForHttp;
  readonly cors?: Cors;
  /** How long it waits for a function, in ms: 30 s. */
  readonly integrationTimeoutMs?: number;
}

/** A body below this is an event below the limit, also in base64 and with the largest headers. */
const SURELY_FITS = 4_000_000;
/** Request line and header values together, in bytes. */
const MAX_HEAD = 10_240;
/** How long an HTTP API waits for its integration, in ms. */
const INTEGRATION_TIMEOUT = 30_000;

const MESSAGES = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

const TOO_LONG = { ok: false, throttled: true } as const satisfies HttpOutcome;

const fits = (payload: string, body: Buffer): boolean =>
  body.length < SURELY_FITS || Buffer.byteLength(payload) <= MAX_EVENT;

/** What came of it, or that it took too long; the function itself runs on then. */
const inTime = (running: Promise<HttpOutcome>, ms: number): Promise<HttpOutcome> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, TOO_LONG);
    running.then((outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    }, reject);
  });

/**
 * API Gateway's HTTP API in front of functions: routes, the event of payload format 2.0, and the
 * reply, with the gateway's own answers where a function gives none: 404 without a route, 413 for a body over 6 MB, 431 for a
 * head over 10,240 bytes, 500 for a function that throws, times out or replies nonsense (never any detail), 503 for one that
 * is throttled or has not answered for 30 s. With `cors` it answers preflights itself.
 */
export const makeHttpApi = (options: HttpApiOptions): HttpHandler => {
  const { invoke, cors, integrationTimeoutMs = INTEGRATION_TIMEOUT } = options;
  const match = makeRouter(options.routes);
  const time = makeRequestTime();

  const say = (request: GatewayRequest, answer: Answer, status: keyof typeof MESSAGES): void => {
    const body = `{"message":"${MESSAGES[status]}"}`;
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    answer(status, { ...headers, ...cors?.headersFor(request) }, body);
  };

  const run = async (
    request: GatewayRequest,
    answer: Answer,
    { routeKey, pathParameters, functionKey }: RouteMatch,
    body: Buffer,
  ): Promise<void> => {
    const requestId = crypto.randomUUID();
    const payload = JSON.stringify(
      httpEvent({ request, body, routeKey, pathParameters, requestId, time: time() }),
    );
    if (!fits(payload, body)) return say(request, answer, 413);
    const running = invoke(functionKey, payload, request.headers['x-amzn-trace-id']);
    const outcome = await inTime(running, integrationTimeoutMs);
    if (!outcome.ok) return say(request, answer, outcome.throttled ? 503 : 500);
    const reply = httpReply(outcome.payload);
    if (!reply) return say(request, answer, 500);
    const headers = cors ? cors.replace(request, reply.headers) : reply.headers;
    headers['apigw-requestid'] = requestId;
    answer(reply.status, headers, reply.body);
  };

  const serve = (request: GatewayRequest, answer: Answer): Promise<void> | void => {
    const { method, url, headSize, body } = request;
    if (headSize > MAX_HEAD) return say(request, answer, 431);
    if (cors?.isPreflight(request)) return answer(204, cors.preflightFor(request), '');
    const query = url.indexOf('?');
    const route = match(method, query < 0 ? url : url.slice(0, query));
    if (!route) return say(request, answer, 404);
    if (!body) return say(request, answer, 413);
    return run(request, answer, route, body);
  };

  const fail = (request: GatewayRequest, answer: Answer, error: unknown): void => {
    process.stderr.write(`HTTP API: ${error instanceof Error ? error.stack : error}\n`);
    say(request, answer, 500);
  };
  return (request, answer) => {
    try {
      serve(request, answer)?.catch((error: unknown) => fail(request, answer, error));
    } catch (error) {
      fail(request, answer, error);
    }
  };
};
