import { Client, type Dispatcher } from 'undici';
import type { Outcome, Transport } from './transport.ts';
import type { Planned } from './types.ts';

const NOTHING = new Uint8Array(0);
const FAILED: Outcome = { kind: 'error' };

/**
 * One client is one connection. A pool would look through all of its connections for a free one at every request; a stack of
 * free ones hands out the one that was used last, which is also the one least likely to have been closed by the server.
 */
type Origin = { readonly url: string; readonly free: Client[] };

/** The engine keeps the time of a request, connecting included, so none is kept here. */
const WITHOUT_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0, connectTimeout: 0, pipelining: 1 } as const;

const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length < 2 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks);

/** HTTP/1.1 with keep-alive and as many connections to an origin as requests were in flight at the same time. */
export const makeHttpTransport = (): Transport => {
  const origins = new Map<string, Origin>();
  const clients = new Set<Client>();

  const originOf = (url: string): Origin => {
    const known = origins.get(url);
    if (known) return known;
    const origin = { url, free: [] };
    origins.set(url, origin);
    return origin;
  };

  const connect = (url: string): Client => {
    const client = new Client(url, WITHOUT_TIMEOUTS);
    clients.add(client);
    return client;
  };

  const drop = (client: Client): void => {
    clients.delete(client);
    client.destroy(() => undefined);
  };

  const send = (request: Planned, done: (outcome: Outcome) => void): (() => void) => {
    const { url } = request;
    const slash = url.indexOf('/', 8);
    const origin = originOf(slash === -1 ? url : url.slice(0, slash));
    const client = origin.free.pop() ?? connect(origin.url);
    let isOver = false;
    let status = 0;
    let headers: Extract<Outcome, { kind: 'answer' }>['headers'] = {};
    const chunks: Uint8Array[] = [];
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_, statusCode, received) => {
        status = statusCode;
        headers = received;
      },
      onResponseData: (_, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        if (isOver) return;
        isOver = true;
        origin.free.push(client);
        done({ kind: 'answer', status, headers, bytes: joined(chunks) });
      },
      onResponseError: () => {
        if (isOver) return;
        isOver = true;
        drop(client);
        done(FAILED);
      },
    };
    client.dispatch(
      {
        method: request.method,
        path: slash === -1 ? '/' : url.slice(slash),
        headers: request.headers ?? null,
        body: request.body ?? null,
      },
      handler,
    );
    return () => {
      if (isOver) return;
      isOver = true;
      drop(client);
    };
  };

  return {
    send,
    close: async () => void (await Promise.all([...clients].map((client) => client.destroy()))),
  };
};
