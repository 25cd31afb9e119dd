import { isApart } from './gateway-request.ts';

/** The head of a request in its usual form. */
export type FastHead = {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly cookie: string;
  /** Of request line and header values together, in bytes. */
  readonly size: number;
  /** In bytes; 0 without a body. */
  readonly contentLength: number;
};

/** A whole head, in RFC 9112's grammar without what is optional or obsolete in it: all of it is ASCII or a header's high bytes. */
const HEAD =
  /^(?:GET|POST|PUT|PATCH|DELETE|OPTIONS) \/[\x21-\x7e]* HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+$/;

/** What the usual form has not: they change how the connection, or the body, is to be read. */
const UNUSUAL = new Set(['transfer-encoding', 'expect', 'upgrade', 'trailer', 'te', '__proto__']);

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** The value between two places of a line, without the blanks around it. */
const trimmed = (text: string, from: number, to: number): string => {
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
};

/**
 * Reads a head that has the usual form and nothing that could be understood in two ways: a kept HTTP/1.1 connection, every header
 * once, a Host, a body of a known length or none.
 *
 * @param text from the request line to the line break of the last header, a byte a character
 * @returns undefined for every other head, good or bad: a whole parser has to look at it
 */
export const readFastHead = (text: string): FastHead | undefined => {
  if (!HEAD.test(text)) return undefined;
  const lineEnd = text.indexOf('\r\n');
  const space = text.indexOf(' ');
  const headers: Record<string, string> = {};
  let cookie = '';
  let size = lineEnd;
  let contentLength = 0;
  for (let at = lineEnd + 2; at < text.length; ) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const name = text.slice(at, colon).toLowerCase();
    const value = trimmed(text, colon + 1, end);
    at = end + 2;
    size += value.length;
    if (UNUSUAL.has(name) || headers[name] !== undefined) return undefined;
    if (name === 'content-length') {
      if (!/^\d{1,9}$/.test(value)) return undefined;
      contentLength = Number(value);
    }
    if (!isApart(name)) headers[name] = value;
    else if (name === 'cookie' && cookie === '') cookie = value;
    else if (name !== 'connection' || value.toLowerCase() !== 'keep-alive') return undefined;
  }
  if (headers['host'] === undefined) return undefined;
  return {
    method: text.slice(0, space),
    url: text.slice(space + 1, lineEnd - 9),
    headers,
    cookie,
    size,
    contentLength,
  };
};
