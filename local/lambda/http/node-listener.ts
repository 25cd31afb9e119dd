import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  type Answer,
  type GatewayRequest,
  type HttpHandler,
  isApart,
  MAX_EVENT,
  NO_BODY,
} from './gateway-request.ts';
import { readBody } from './read-body.ts';

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

const headSize = (method: string, url: string, rawHeaders: readonly string[]): number => {
  let size = method.length + url.length + ' HTTP/1.1'.length + 1;
  for (let i = 1; i < rawHeaders.length; i += 2) size += rawHeaders[i]?.length ?? 0;
  return size;
};

/** Joins the values of a repeated name by a comma, as the HTTP API does. */
const headersOf = (raw: readonly string[]): Record<string, string> => {
  const byName = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const [before, value] = [byName.get(name), raw[i + 1] ?? ''];
    if (!isApart(name)) byName.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(byName);
};

const requestOf = (req: IncomingMessage, body: Buffer | undefined): GatewayRequest => {
  const { method = 'GET', url = '/', httpVersion, rawHeaders, socket } = req;
  return {
    method,
    url,
    protocol: `HTTP/${httpVersion}`,
    headers: headersOf(rawHeaders),
    cookie: req.headers.cookie ?? '',
    headSize: headSize(method, url, rawHeaders),
    sourceIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    port: socket.localPort ?? 0,
    body,
  };
};

const answerTo =
  (res: ServerResponse): Answer =>
  (status, headers, body) =>
    void res.writeHead(status, headers).end(body);

/** An HTTP API as a node:http listener. */
export const listenerOf = (handle: HttpHandler): RequestListener => {
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> =>
    handle(requestOf(req, hasBody(req) ? await readBody(req, MAX_EVENT) : NO_BODY), answerTo(res));
  return (req, res) => {
    // A body that breaks off: there is nobody to answer
    serve(req, res).catch(() => res.destroy());
  };
};
