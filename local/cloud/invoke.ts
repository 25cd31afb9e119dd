/** Calls functions through Lambda's Invoke API (`POST /2015-03-31/functions/{name}/invocations`) and knows whether it is there. */
import { setMaxListeners } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/**
 * How a call ended. `unreachable`: it was never delivered. `lost`: it was delivered and the connection broke, so that the
 * function may or may not have run. `refused`: the API answered with a status other than 2xx (429 is throttling).
 */
export type InvokeOutcome =
  | { readonly kind: 'success'; readonly payload: string }
  | { readonly kind: 'function-error'; readonly payload: string }
  | { readonly kind: 'refused'; readonly status: number; readonly payload: string }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

/** The client. */
export type Invoker = {
  /**
   * Calls synchronously (RequestResponse), whatever the trigger: retries are ours. `requestId` is the id of the event, which all
   * its attempts bear.
   */
  readonly invoke: (
    functionName: string,
    payload: string,
    timeoutMs: number,
    requestId?: string,
  ) => Promise<InvokeOutcome>;
  /** Resolves when the API accepts connections; at once when it did at the last call. */
  readonly reachable: () => Promise<void>;
  /** Calls back each time when the API is there again, the first time included. */
  readonly onReachable: (listener: () => void) => void;
  readonly close: () => void;
};

const PROBE_MS = { first: 50, longest: 1_000 };
/** A local cold start bundles the function first. */
const COLD_START_MS = 60_000;

/** Makes the client of one Invoke API, such as `http://127.0.0.1:4002`. */
export const makeInvoker = (invokeUrl: string): Invoker => {
  const { hostname, port } = new URL(invokeUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const listeners: (() => void)[] = [];
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let up = false;
  let probing: Promise<void> | undefined;
  let sentinel: Socket | undefined;

  /** An idle connection that tells at once when the runtime ends; a restart would otherwise go unnoticed between calls. */
  const watch = (socket: Socket): void => {
    let answered = false;
    sentinel = socket;
    socket.on('error', () => undefined);
    // A server closes idle connections, after an answer (408): then it is alive.
    socket.on('data', () => (answered = true));
    socket.on('close', () => {
      if (closing.signal.aborted) return;
      if (!answered) up = false;
      void (answered
        ? tryConnect(hostname, Number(port)).then((again) => (again ? watch(again) : lose()))
        : lose());
    });
  };
  const lose = (): Promise<void> => {
    up = false;
    return reachable();
  };

  const probe = async (): Promise<void> => {
    let socket: Socket | undefined;
    for (let pause = PROBE_MS.first; !closing.signal.aborted; pause = Math.min(2 * pause, PROBE_MS.longest)) {
      socket = await tryConnect(hostname, Number(port));
      if (socket) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        const stop = (): void => {
          clearTimeout(timer);
          resolve();
        };
        closing.signal.addEventListener('abort', stop, { once: true });
      });
    }
    probing = undefined;
    if (closing.signal.aborted || !socket) {
      socket?.destroy();
      return;
    }
    sentinel?.removeAllListeners('close').destroy();
    watch(socket);
    up = true;
    for (const listener of listeners) listener();
  };

  const reachable = async (): Promise<void> => {
    if (up || closing.signal.aborted) return;
    probing ??= probe();
    await probing;
  };

  const send = (
    functionName: string,
    payload: string,
    timeoutMs: number,
    requestId: string | undefined,
    retry: boolean,
  ): Promise<InvokeOutcome> => {
    const { promise, resolve } = Promise.withResolvers<InvokeOutcome>();
    const outgoing = request({
      agent,
      hostname,
      port,
      method: 'POST',
      path: `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        'x-amz-invocation-type': 'RequestResponse',
        ...(requestId !== undefined && { 'x-amzn-requestid': requestId }),
      },
      timeout: timeoutMs + COLD_START_MS,
      signal: closing.signal,
    });
    let connected = false;
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) connected = true;
      else socket.once('connect', () => (connected = true));
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`no answer within ${timeoutMs + COLD_START_MS} ms`)),
    );
    outgoing.on('error', (error) => {
      // A kept connection may have been closed by the other side just now: then the call has not been read.
      const stale = outgoing.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      if (stale && retry && !closing.signal.aborted)
        return resolve(send(functionName, payload, timeoutMs, requestId, false));
      if (!connected && !closing.signal.aborted) void lose();
      resolve({ kind: connected ? 'lost' : 'unreachable', message: error.message });
    });
    outgoing.on('response', (response) => {
      up = true;
      collect(response).then(
        (text) => resolve(outcome(response, text)),
        (error: unknown) => resolve({ kind: 'lost', message: String(error) }),
      );
    });
    outgoing.end(payload);
    return promise;
  };

  return {
    invoke: (functionName, payload, timeoutMs, requestId) =>
      send(functionName, payload, timeoutMs, requestId, true),
    reachable,
    onReachable: (listener) => void listeners.push(listener),
    close: () => {
      closing.abort();
      agent.destroy();
      sentinel?.destroy();
    },
  };
};

const collect = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const outcome = (response: IncomingMessage, payload: string): InvokeOutcome => {
  const status = response.statusCode ?? 500;
  if (status < 200 || status > 299) return { kind: 'refused', status, payload };
  return { kind: response.headers['x-amz-function-error'] ? 'function-error' : 'success', payload };
};

const tryConnect = (host: string, port: number): Promise<Socket | undefined> => {
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
  const socket = connect({ host, port });
  socket.once('connect', () => resolve(socket));
  socket.once('error', () => resolve(undefined));
  return promise;
};
