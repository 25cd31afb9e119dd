import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import type { AnswerHeaders } from './gateway-request.ts';
import { KEEP_ALIVE } from './serve.ts';

const KEPT = `connection: keep-alive\r\nkeep-alive: timeout=${KEEP_ALIVE / 1_000}\r\n\r\n`;
const CLOSED = 'connection: close\r\n\r\n';

const lineOf = (name: string, value: string): string => {
  validateHeaderName(name);
  validateHeaderValue(name, value);
  return `${name}: ${value}\r\n`;
};

/** Writes the head of an answer. @throws TypeError for a header that HTTP does not have */
export type HeadOf = (status: number, headers: AnswerHeaders, keeps: boolean) => string;

/**
 * Makes heads of answers, with the headers that node:http adds: the date, which is written anew once a second, and whether the
 * connection goes on.
 *
 * @param now a clock in ms
 */
export const makeHeadOf = (now: () => number = Date.now): HeadOf => {
  let second = 0;
  let date = '';
  return (status, headers, keeps) => {
    const at = Math.floor(now() / 1_000);
    if (at !== second) date = `date: ${new Date(at * 1_000).toUTCString()}\r\n`;
    second = at;
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
    for (const name in headers) {
      const value = headers[name] ?? '';
      if (typeof value === 'string') head += lineOf(name, value);
      else for (const one of value) head += lineOf(name, one);
    }
    return head + date + (keeps ? KEPT : CLOSED);
  };
};

/** Whether an answer with this status has a body. */
export const bearsBody = (status: number): boolean => status >= 200 && status !== 204 && status !== 304;
