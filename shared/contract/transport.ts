import { Agent } from 'undici';

/** Header fields; an array sends one field for each of its values. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[]>>;

/** One HTTP request. `path` goes out as it is, so that a test can send one that no URL parser would let through. */
export type HttpRequest = {
  readonly baseUrl: string;
  readonly method: string;
  readonly path: string;
  readonly headers: RequestHeaders;
  readonly body?: string | Uint8Array | undefined;
};

/** One HTTP reply: lower-case header names, repeated fields joined by a comma. */
export type HttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
};

/** Sends one request, without any retry. Rejects when no whole reply arrived in time. */
export type Transport = {
  readonly send: (request: HttpRequest) => Promise<HttpReply>;
  /** Closes the connections that it keeps open. */
  readonly close: () => Promise<void>;
};

/** Longest time a client waits for a whole reply, in ms: the contract's time-out. */
export const CLIENT_TIMEOUT_MS = 10_000;

const CONNECT_TIMEOUT_MS = 1_000;

/**
 * HTTP/1.1 over keep-alive connections. `localAddress` is the address that requests come from, e.g. `127.0.0.7`: on one
 * machine it makes the requests of different clients.
 */
export const makeTransport = (
  options: { readonly localAddress?: string; readonly timeoutMs?: number } = {},
): Transport => {
  const { localAddress, timeoutMs = CLIENT_TIMEOUT_MS } = options;
  const agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    ...(localAddress !== undefined && { localAddress }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    send: async ({ baseUrl, method, path, headers, body }) => {
      const { origin, pathname } = new URL(baseUrl);
      const response = await agent.request({
        origin,
        path: `${pathname.replace(/\/$/, '')}${path}`,
        // Undici's type names the common methods; a request with another one is a test of ours.
        method: method as 'GET',
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : [...value],
          ]),
        ),
        body: body ?? null,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const fields = Object.entries(response.headers).map(
        ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const,
      );
      return {
        status: response.statusCode,
        headers: Object.fromEntries(fields),
        bytes: new Uint8Array(await response.body.arrayBuffer()),
      };
    },
    close: () => agent.close(),
  };
};
