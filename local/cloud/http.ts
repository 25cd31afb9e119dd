/** What the local cloud's HTTP servers share: listening on 127.0.0.1 only, reading a body, answering. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens. `close` ends open connections too. */
export type Listening = {
  readonly port: number;
  readonly server: Server;
  readonly close: () => Promise<void>;
};

/** What to listen on: `port` 0 takes a free one; `what` and `option` name it in the message when it is taken. */
export type ListenOptions = { readonly port: number; readonly what: string; readonly option: string };

/** Listens on 127.0.0.1. A port that is taken gives an Error that says which, for what and how to choose another. */
export const listen = async (listener: RequestListener, options: ListenOptions): Promise<Listening> => {
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, listener);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port, '127.0.0.1', () => resolve());
  try {
    await promise;
  } catch (error) {
    throw portError(error, options);
  }
  server.off('error', reject);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const { promise: closed, resolve: done } = Promise.withResolvers<void>();
    server.close(() => done());
    server.closeAllConnections();
    await closed;
  };
  return { port, server, close };
};

const portError = (error: unknown, { port, what, option }: ListenOptions): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const why = code === 'EADDRINUSE' ? 'is taken by another process' : 'may not be opened by this user';
  return new Error(`Port ${port} (${what}) ${why}: choose another with ${option}`, { cause: error });
};

/** The whole body of a request, or undefined when it is longer than `limit` bytes (the rest is not read). */
export const readBody = async (request: IncomingMessage, limit: number): Promise<Buffer | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
};

/** Answers with text and closes the message. */
export const answer = (
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string | number>,
): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  response.end(text);
};
