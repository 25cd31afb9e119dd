import request from 'supertest';
import { makeHttpWire, type Wire } from './wire.ts';

const whole = (res: NodeJS.ReadableStream, done: (error: Error | null, bytes: Buffer) => void): void => {
  const chunks: Buffer[] = [];
  res.on('data', (chunk: Buffer) => chunks.push(chunk));
  res.on('end', () => done(null, Buffer.concat(chunks)));
};

/** For what supertest cannot send: a field twice. */
const plain = makeHttpWire().wire;

/**
 * A wire through supertest. The caller's address travels as X-Forwarded-For, which an app believes when it was made
 * to trust one proxy.
 */
export const supertestWire: Wire = async (origin, wanted) => {
  const { method, target, headers, body, from } = wanted;
  if (new Set(headers.map(([name]) => name)).size < headers.length) return plain(origin, wanted);
  const test = request(origin)
    [method.toLowerCase() as 'get'](target)
    .buffer(true)
    .parse(whole as never)
    .redirects(0);
  // Superagent would add a media type of its own to a body without one, and encode bytes as JSON.
  test.unset('content-type').serialize((bytes: unknown) => bytes as string);
  for (const [name, value] of headers) test.set(name, value);
  if (from) test.set('x-forwarded-for', from);
  if (body) test.send(Buffer.from(body) as unknown as string);
  const { status, headers: fields, body: bytes } = await test.ok(() => true);
  return { status, headers: fields as never, bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0) };
};
