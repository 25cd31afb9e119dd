import type { IncomingMessage } from 'node:http';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { MAX_BODY_BYTES } from '@duet/shared/kernel/parse.ts';

/** Bytes of a refused body that are still read, so that the caller gets to read the refusal; then the line is cut. */
const DISCARD_BYTES = 8 * 1024 * 1024;

const BODY = Symbol('body');
type WithBody = { [BODY]?: Buffer };

const EMPTY = Buffer.alloc(0);

/** Whether a request announces a body at all. */
export const hasBody = (req: IncomingMessage): boolean =>
  req.headers['transfer-encoding'] !== undefined || (req.headers['content-length'] ?? '0') !== '0';

/** The bytes of the body that `readBody` read. */
export const rawBodyOf = (req: IncomingMessage): Buffer => (req as WithBody)[BODY] ?? EMPTY;

/**
 * Reads a request's body into memory, for `rawBodyOf`.
 *
 * @throws DomainError `too-large` above the limit, in bytes; `malformed` when the caller breaks off
 */
export const readBody = (req: IncomingMessage, limit = MAX_BODY_BYTES): Promise<void> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else if (size > DISCARD_BYTES) req.destroy();
    });
    req.on('end', () => {
      if (size > limit)
        return reject(new DomainError('too-large', { detail: `A body has at most ${limit / 1024} KiB.` }));
      (req as WithBody)[BODY] = (chunks.length > 1 ? Buffer.concat(chunks, size) : chunks[0]) ?? EMPTY;
      resolve();
    });
    req.on('close', () => reject(new DomainError('malformed', { detail: 'The body ended early.' })));
  });

/** Reads and drops what is left of a body that was refused, so that the caller gets to read the refusal. */
export const discardBody = (req: IncomingMessage): Promise<void> => {
  if (req.complete || req.destroyed) return Promise.resolve();
  let size = 0;
  req.unpipe();
  req.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > DISCARD_BYTES) req.destroy();
  });
  req.resume();
  return new Promise((resolve) => {
    req.once('end', resolve);
    req.once('close', resolve);
  });
};
