import request from 'supertest';
import type { Wire } from './wire.ts';

const whole = (res: NodeJS.ReadableStream, done: (error: Error | null, bytes: Buffer) => void): void => {
  const chunks: Buffer[] = [];
  res.on('data', (chunk: Buffer) => chunks.push(chunk));
  res.on('end', () => done(null, Buffer.concat(chunks)));
};

/**
 * A wire through supertest. The caller's address travels as X-Forwarded-For, which an app believes when it was made
 * to trust one proxy.
 */
export const supertestWire: Wire = async (origin, { method, target, headers, body, from }) => {
  const test = request(origin)
    [method.toLowerCase() as 'get'](target)
    .buffer(true)
    .parse(whole as never);
  // Superagent would add a media type of its own to a body without one, and parse what comes back.
  test
    .unset('content-type')
    .redirects(0)
    .serialize((bytes: unknown) => bytes as string);
  const names = new Set(headers.map(([name]) => name));
  for (const name of names) {
    const values = headers.flatMap(([other, value]) => (other === name ? [value] : []));
    test.set(name, values.length > 1 ? (values as unknown as string) : (values[0] ?? ''));
  }
  if (from) test.set('x-forwarded-for', from);
  if (body) test.send(Buffer.from(body) as unknown as string);
  const reply = await test.ok(() => true);
  return {
    status: reply.status,
    headers: reply.headers as never,
    bytes: Buffer.isBuffer(reply.body) ? reply.body : Buffer.alloc(0),
  };
};
