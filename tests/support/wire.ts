import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A request as it goes over the line. Header fields are pairs, so that one can be sent twice. */
export type WireRequest = {
  readonly method: string;
  /** Path and query, exactly as sent. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Uint8Array;
  /** The loopback address (127.x.y.z) that the request comes from. */
  readonly from?: string;
};

/** A reply, its body whole. */
export type WireReply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
};

/** Sends one request to an origin, e.g. `http://127.0.0.1:3001`, and never repeats it. */
export type Wire = (origin: string, wanted: WireRequest) => Promise<WireReply>;

/**
 * Longest wait for a reply in ms. Not the 10 s after which the contract's clients give up: a slow machine that starts 20 functions at
 * once may take longer, and what the reply says is looked at all the same. The HTTP API answers after 30 s at the latest.
 */
const REPLY_MS = 35_000;

const contentLength = (body: Uint8Array | undefined): [string, string][] =>
  body === undefined ? [] : [['content-length', String(body.length)]];

/** A wire over real sockets, kept alive between requests. `close` ends the idle ones. */
export const makeHttpWire = (): { readonly wire: Wire; readonly close: () => void } => {
  const agent = new Agent({ keepAlive: true });
  const wire: Wire = (origin, { method, target, headers, body, from }) =>
    new Promise((resolve, reject) => {
      const { hostname, port, host } = new URL(origin);
      const fields = [['host', host], ...headers, ...contentLength(body)].flat();
      const sent = request(
        {
          agent,
          hostname,
          port,
          method,
          path: target,
          headers: fields,
          timeout: REPLY_MS,
          ...(from && { localAddress: from }),
        },
        (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('error', reject);
          res.on('end', () =>
            resolve({ status: res.statusCode ?? 0, headers: res.headers, bytes: Buffer.concat(chunks) }),
          );
        },
      );
      sent.on('timeout', () =>
        sent.destroy(new Error(`${method} ${target}: no reply within ${REPLY_MS} ms`)),
      );
      sent.on('error', reject);
      sent.end(body);
    });
  return { wire, close: () => agent.destroy() };
};

/** A loopback address of one's own, so that limits by address are not shared with other tests. */
export const newAddress = (): string => {
  const byte = () => 1 + Math.floor(Math.random() * 250);
  return `127.${byte()}.${byte()}.${byte()}`;
};
