import type { Duplex } from 'node:stream';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { problemOf } from '@duet/shared/kernel/problem.ts';
import type { ErrorRequestHandler } from 'express';
import type { Reply } from './json.ts';

/** Replies with the problem (RFC 9457) that an error stands for. Nothing happens when a reply has begun. */
export const sendProblem = (res: Reply, error: unknown): void => {
  if (res.headersSent || res.destroyed) return;
  const { status, headers, body } = problemOf(error);
  const text = JSON.stringify(body);
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader('content-length', Buffer.byteLength(text));
  res.end(text);
};

/** Codes that speak of our own trouble, not of the caller's request. */
const isFault = (error: DomainError): boolean => error.code === 'internal' || error.code === 'overloaded';

/** Express tells of a path that it cannot decode with a URIError of status 400. */
const translate = (error: unknown): unknown =>
  error instanceof URIError
    ? new DomainError('malformed', { detail: 'The path is not properly encoded.' })
    : error;

/**
 * The last handler of an app: turns whatever was thrown into a problem. A fault goes to the log with its cause, for the
 * caller is told nothing of it; an expected refusal is only the status in the request's own line.
 */
export const makeProblemHandler =
  (log: Log): ErrorRequestHandler =>
  (thrown, _req, res, _next) => {
    const error = translate(thrown);
    if (!(error instanceof DomainError)) log.error({ err: error }, 'request failed');
    else if (isFault(error)) log.warn({ err: error }, 'request refused');
    sendProblem(res, error);
  };

/**
 * Answers a request that is no HTTP at all, or not in time, on its bare socket: there is no request to speak of yet.
 * Node's own answers for oversized headers (431) and slow requests (408) have no row in the contract.
 */
export const answerUnreadable = (error: Error & { code?: string }, socket: Duplex): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const bare = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  };
  const status = bare[error.code as keyof typeof bare];
  if (status) return void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  const { headers, body } = problemOf(
    new DomainError('malformed', { detail: 'This is not a valid HTTP request.' }),
  );
  const text = JSON.stringify(body);
  const fields = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 400 Bad Request\r\n${head}\r\n${text}`);
};
