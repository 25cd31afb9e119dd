import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import aws4 from 'aws4';
import type { AwsAccess } from './access.ts';
import { AwsError, AwsUnavailable } from './errors.ts';

/** One request. `path` is percent-encoded; `maxBytes` bounds the reply's body. */
export type AwsRequest = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly maxBytes?: number;
};

/** One reply, whatever its status. */
export type AwsReply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** Sends one signed request once. After `before`, an attempt that got no answer, it opens a new connection. */
export type AwsHttp = (request: AwsRequest, before?: unknown) => Promise<AwsReply>;

/** Limits of an outbound call in ms: for the connection (with TLS), and for the whole. */
const CONNECT_MS = 1_000;
const TOTAL_MS = 2_000;

/** Connections kept to one service. A relay run sends 50 calls at once; more wait their turn. */
const MAX_SOCKETS = 50;

/** Only the one that is needed, for TLS alone costs milliseconds of a cold start; an `import` would load both. */
const transportOf = (secure: boolean) =>
  process.getBuiltinModule(secure ? 'node:https' : 'node:http') as typeof import('node:http');

const limitConnect = (request: ClientRequest, secure: boolean): void => {
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(
      () => request.destroy(new Error(`no connection within ${CONNECT_MS} ms`)),
      CONNECT_MS,
    );
    const stop = (): void => clearTimeout(timer);
    socket.once(secure ? 'secureConnect' : 'connect', stop).once('close', stop);
  });
};

const readReply = (request: ClientRequest, maxBytes: number): Promise<AwsReply> =>
  new Promise((resolve, reject) => {
    const fail = (cause: Error & { code?: string }): void => {
      const stale = request.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
      reject(cause instanceof AwsError ? cause : new AwsUnavailable(cause.message, { cause, stale }));
    };
    request.once('error', fail);
    request.once('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= maxBytes) chunks.push(chunk);
        else request.destroy(new AwsError('ReplyTooLarge', 200, `the reply has more than ${maxBytes} bytes`));
      });
      response.once('error', fail);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
  });

/**
 * A signed HTTP client (Signature Version 4) for one service, instead of the AWS SDK, because every Lambda function pays for
 * it at each cold start: import and first GetItem took 78 ms with the SDK (bundled CJS, median of 11), 32 ms this
 * way. Plain `node:http` for the same reason: `fetch` loads a whole client library at its first call (66 ms).
 * Connections are kept open; a call ends after 2 s, 1 s of it for connecting. Nothing is retried here: see `retry.ts`.
 */
export const makeAwsHttp = (access: AwsAccess & { service: string; origin: string }): AwsHttp => {
  const { protocol, hostname, port, host } = new URL(access.origin);
  const secure = protocol === 'https:';
  // Here and not at the first call: a Lambda environment has a whole CPU only while it starts.
  const transport = transportOf(secure);
  const agent = new transport.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });

  return async ({ method, path, headers = {}, body = '', maxBytes = 32 * 1024 * 1024 }, before) => {
    const signed = aws4.sign(
      {
        method,
        path,
        body,
        service: access.service,
        region: access.region,
        headers: { ...headers, host },
      },
      access.credentials(),
    );
    const request = transport.request({
      protocol,
      hostname,
      port,
      method,
      path,
      headers: signed.headers,
      agent: before instanceof AwsUnavailable ? false : agent,
    });
    limitConnect(request, secure);
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${TOTAL_MS} ms`)), TOTAL_MS);
    try {
      const reply = readReply(request, maxBytes);
      request.end(body);
      return await reply;
    } finally {
      clearTimeout(timer);
    }
  };
};
