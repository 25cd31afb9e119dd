import { Agent, request } from 'node:http';

/** An answer as it came. `json` parses its text. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
  readonly json: unknown;
};

/** A request; `timeoutMs` is how long its answer may take (20 s). */
export type Call = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  readonly timeoutMs?: number;
};

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/**
 * Sends a request of HTTP/1.1 to a local server over a kept connection.
 *
 * @throws Error when the connection breaks, or when there is no answer in time
 */
export const call = (
  url: string,
  { method = 'GET', headers = {}, body, timeoutMs = 20_000 }: Call = {},
): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request(url, { agent, method, headers: { ...headers } as Record<string, string> });
  const timer = setTimeout(
    () => outgoing.destroy(new Error(`${method} ${url}: no answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const fail = (error: Error): void => {
    clearTimeout(timer);
    reject(error);
  };
  outgoing.on('error', fail);
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () => {
      clearTimeout(timer);
      const bytes = Buffer.concat(chunks);
      const text = bytes.toString();
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        bytes,
        text,
        get json(): unknown {
          return JSON.parse(text);
        },
      });
    });
  });
  outgoing.end(body);
  return promise;
};
