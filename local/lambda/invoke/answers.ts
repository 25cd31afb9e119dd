import type { ServerResponse } from 'node:http';
import type { ThrottleReason } from '../concurrency/limits.ts';

/** Why a call is refused: the status, the name of the error, and its words. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** Answers a refusal as the Lambda service words it. */
export const refuse = (res: ServerResponse, { status, type, message }: Refusal): void => {
  const by = status < 500 ? 'User' : 'Service';
  send(res, status, type, { Type: by, Message: message, message });
};

/** Answers that the function is not run now. */
export const throttle = (res: ServerResponse, Reason: ThrottleReason): void =>
  send(res, 429, 'TooManyRequestsException', { Reason, Type: 'User', message: 'Rate Exceeded.' });

const send = (res: ServerResponse, status: number, type: string, body: object): void => {
  const text = Buffer.from(JSON.stringify(body));
  const headers = { 'content-type': 'application/json', 'content-length': text.length };
  res.writeHead(status, { ...headers, 'x-amzn-errortype': type }).end(text);
};
