import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { stopServer } from './drain.ts';
import { answerHealth } from './health.ts';
import type { Reply } from './json.ts';
import { answerUnreadable, sendProblem } from './problem.ts';
import { REQUEST_ID, type RequestIds, requestIdOf } from './request-ids.ts';

/** What a server needs to run an app. Times in ms. */
export type ServerOptions = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** How long the service goes on serving after it was asked to stop, while load balancers take notice. */
  readonly drainMs: number;
  /** Rejects while the service cannot do its work: its own database does not answer. */
  readonly ready: () => Promise<unknown>;
  /** Stops loops after their current item and closes connections; called once nothing is in flight. */
  readonly onStop: () => Promise<void>;
  readonly log: Log;
  readonly requestIds: RequestIds;
  /** Longest time for a request until it is answered with 503: 8 s unless given. */
  readonly requestMs?: number;
};

/** Whether the server was asked to stop. */
export type ServerState = { draining: boolean };

/** A listening server. */
export type Listening = {
  readonly port: number;
  /** Drains and stops, as `stopServer` describes. Repeatable. */
  readonly stop: () => Promise<void>;
};

/** Limits in ms, from the contract's section on time. */
const LIMITS = { request: 8_000, headers: 5_000, wholeRequest: 10_000, keepAlive: 65_000 } as const;

/** How often Node looks for requests past their limit, in ms. Its own 30 s would make 5 s of headers up to 35. */
const CHECK_MS = 1_000;

/** Starts to serve an app over HTTP, with GET /livez and GET /readyz before it. @throws Error when the port is taken */
export const listen = async (app: RequestListener, options: ServerOptions): Promise<Listening> => {
  const { log, requestIds } = options;
  const inFlight = new Set<Reply>();
  const state: ServerState = { draining: false };

  const finish = (
    req: IncomingMessage,
    res: Reply,
    id: string,
    startedAt: number,
    timer: NodeJS.Timeout,
  ): void => {
    clearTimeout(timer);
    inFlight.delete(res);
    const url = req.url ?? '';
    const query = url.indexOf('?');
    const fields = {
      requestId: id,
      method: req.method,
      path: query < 0 ? url : url.slice(0, query),
      status: res.statusCode,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
    };
    log.info(res.writableFinished ? fields : { ...fields, aborted: true }, 'request');
  };

  // A field that comes twice is read as both, as on Lambda; Node would otherwise drop the second without a word.
  const settings = { joinDuplicateHeaders: true, connectionsCheckingInterval: CHECK_MS };
  const server = createServer(settings, (req, res) => {
    if (answerHealth(req, res, state.draining, options.ready)) return;
    const startedAt = performance.now();
    const id = requestIdOf(req.headers[REQUEST_ID]);
    res.setHeader(REQUEST_ID, id);
    res.setHeader('x-content-type-options', 'nosniff');
    if (state.draining) res.setHeader('connection', 'close');
    inFlight.add(res);
    const timer = setTimeout(() => {
      log.warn({ requestId: id, method: req.method, path: req.url }, 'request took too long');
      sendProblem(res, new DomainError('overloaded', { detail: 'The request took too long.' }));
    }, options.requestMs ?? LIMITS.request);
    res.once('close', () => finish(req, res, id, startedAt, timer));
    requestIds.run(id, () => app(req, res));
  });
  server.headersTimeout = LIMITS.headers;
  server.requestTimeout = LIMITS.wholeRequest;
  server.keepAliveTimeout = LIMITS.keepAlive;
  server.on('clientError', answerUnreadable);
  await bind(server, options);
  const { port } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopServer(server, inFlight, state, options);
    return stopping;
  };
  return { port, stop };
};

const bind = (server: Server, { host, port }: ServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken ? new Error(`port ${port} on ${host} is taken by another program`, { cause: error }) : error,
      );
    });
    server.listen(port, host, resolve);
  });
