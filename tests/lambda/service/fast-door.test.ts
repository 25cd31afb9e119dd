import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, makeDoor } from '../../../local/lambda/http/door.ts';
import { readFastHead } from '../../../local/lambda/http/fast-head.ts';
import type { HttpHandler } from '../../../local/lambda/http/gateway-request.ts';
import { listenerOf } from '../../../local/lambda/http/node-listener.ts';

/** Answers with what it was asked; what comes in `x-answer` adds a header, a status or bytes. */
const echo: HttpHandler = ({ body, port: _, ...request }, answer) => {
  const text = JSON.stringify({ ...request, body: body?.toString('latin1') });
  const wanted = request.headers['x-answer'];
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  if (wanted === 'nothing') return answer(204, { 'x-empty': 'yes' }, '');
  if (wanted === 'cookies') return answer(200, { ...headers, 'set-cookie': ['a=1', 'b=2'] }, text);
  if (wanted === 'bytes') return answer(201, { 'content-length': '3' }, Buffer.from([0, 255, 128]));
  if (wanted === 'later') return void setImmediate(() => answer(200, headers, text));
  return answer(200, headers, text);
};

/** Sends pieces one after the other and gives all that comes until the connection is over. */
const exchange = (port: number, pieces: readonly (string | Buffer)[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((next) => setImmediate(next));
      }
      socket.end();
    });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });

/** Answers without what may differ: dates, the order and case of headers, and how it is told that the connection ends. */
const plain = (answers: string): string =>
  answers
    .replaceAll(/^date: .*\r\n/gim, '')
    .replaceAll(/^(connection|keep-alive): .*\r\n/gim, '')
    .replaceAll(/^[\w-]+(?=: )/gm, (name) => name.toLowerCase());

const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nhost: here\r\n${headers}\r\n`;
const post = (body: string, headers = ''): string =>
  `POST /p HTTP/1.1\r\nhost: here\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;

const CASES: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  'a plain request': [get('/a?b=c%20d')],
  'headers with blanks, high bytes and capitals': [
    Buffer.from(get('/a', 'X-A:\t b c \t\r\nX-B:\xe9\r\nX-C:\r\nCookie: a=1; b=2\r\n'), 'latin1'),
  ],
  'a body': [post('{"a":"é"}', 'content-type: application/json\r\n')],
  'two requests after each other': [get('/a'), post('b'), get('/c', 'connection: Keep-Alive\r\n')],
  'two requests at once': [get('/a') + get('/b')],
  'three requests at once, the first answered later': [
    get('/a', 'x-answer: later\r\n') + post('b') + get('/c'),
  ],
  'a second one ahead of the first answer': [
    get('/a', 'x-answer: later\r\n'),
    get('/b', 'x-answer: later\r\n'),
  ],
  'a head in pieces': [get('/a').slice(0, 20), get('/a').slice(20)],
  'a body in pieces': [post('abcdef').slice(0, -3), 'def', get('/b')],
  'a chunked body': [
    'POST /p HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ],
  'both lengths of a body': [
    'POST /p HTTP/1.1\r\nhost: here\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  'two lengths of a body': [post('abc', 'content-length: 2\r\n')],
  'a length that is none': ['POST /p HTTP/1.1\r\nhost: here\r\ncontent-length: +3\r\n\r\nabc'],
  'a header that comes twice': [get('/a', 'x-a: 1\r\nX-A: 2\r\n')],
  'two cookie headers': [get('/a', 'cookie: a=1\r\ncookie: b=2\r\n')],
  'names of an object': [get('/a', '__proto__: 1\r\nconstructor: 2\r\n')],
  HEAD: [get('/a').replace('GET', 'HEAD')],
  OPTIONS: [get('/a').replace('GET', 'OPTIONS')],
  'a method that HTTP does not know': [get('/a').replace('GET', 'GRAB')],
  'HTTP/1.0': ['GET /a HTTP/1.0\r\n\r\n'],
  'no host': ['GET /a HTTP/1.1\r\nx: 1\r\n\r\n'],
  'connection: close': [get('/a', 'connection: close\r\n')],
  'an absolute target': [get('http://here/a')],
  'a folded header': [get('/a', 'x-a: 1\r\n  2\r\n')],
  'a blank ahead of the colon': [get('/a', 'x-a : 1\r\n')],
  'a control character': [get('/a', 'x-a: \x01\r\n')],
  'bare line feeds': ['GET /a HTTP/1.1\nhost: here\n\n'],
  'no HTTP at all': ['hello\r\n\r\n'],
  'Expect: 100-continue': [post('abc', 'expect: 100-continue\r\n')],
  'an answer without a body': [get('/a', 'x-answer: nothing\r\n'), get('/b')],
  'an answer with cookies': [get('/a', 'x-answer: cookies\r\n')],
  'an answer of bytes': [get('/a', 'x-answer: bytes\r\n'), get('/b')],
};

describe('The fast way into the HTTP API', () => {
  let door: Door;
  const usual = createServer({ keepAliveTimeout: 65_000 }, listenerOf(echo));
  beforeAll(async () => {
    door = await makeDoor({ port: 0, what: 'the test', option: 'none' });
    door.openFast(echo);
    await new Promise<void>((resolve) => usual.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await door.close();
    usual.close();
  });

  // The bytes of a refusal of node:http are those of `answerBy`, which tests of their own hold
  it.each(Object.entries(CASES))(
    'When there is %s, then it is answered as node:http does',
    async (_, pieces) => {
      const [fast, slow] = await Promise.all([
        exchange(door.port, pieces),
        exchange((usual.address() as AddressInfo).port, pieces),
      ]);
      const refused = slow.startsWith('HTTP/1.1 4');
      if (refused) expect(fast.slice(0, 12)).toBe(slow.slice(0, 12));
      else expect(plain(fast).toLowerCase()).toBe(plain(slow).toLowerCase());
      expect(fast).not.toBe('');
    },
  );

  it('When it is shut, then idle connections end, and one that waits ends with its answer', async () => {
    const other = await makeDoor({ port: 0, what: 'the test', option: 'none' });
    let give = (): void => {};
    const came = new Promise<void>((resolve) => {
      other.openFast((_, answer) => {
        give = () => answer(200, { 'content-length': '2' }, 'ok');
        resolve();
      });
    });
    const over = new Promise<string>((resolve) => {
      const socket = connect(other.port, '127.0.0.1', () => socket.write(get('/a')));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    await came;
    other.shut();
    give();
    expect(await over).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)*connection: close\r\n\r\nok$/);
    await other.close();
  });
});

describe('A head in the usual form', () => {
  it('When it is read, then every part of it is there', () => {
    const head =
      'POST /a?b HTTP/1.1\r\nHost: here\r\ncontent-length: 12\r\nCookie: a=1\r\nConnection: keep-alive\r\n';
    expect(readFastHead(head)).toEqual({
      method: 'POST',
      url: '/a?b',
      headers: { host: 'here', 'content-length': '12' },
      cookie: 'a=1',
      size: 'POST /a?b HTTP/1.1'.length + 'here12a=1keep-alive'.length,
      contentLength: 12,
    });
  });

  it.each([
    'te: trailers',
    'upgrade: websocket',
    'connection: upgrade',
    'transfer-encoding: identity',
    'content-length: 1,1',
    'x-a: \u0000',
    'x a: 1',
    'host: twice',
  ])('When it has "%s", then a whole parser is left to look at it', (line) => {
    expect(readFastHead('GET / HTTP/1.1\r\nhost: here\r\nx: 1\r\n')).toBeDefined();
    expect(readFastHead(`GET / HTTP/1.1\r\nhost: here\r\n${line}\r\n`)).toBeUndefined();
  });
});
