import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { MAX_UPLOAD_BYTES } from '@duet/shared/images/schema.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';

/** A form that has come as far as its file. */
export type FileForm = {
  /** The fields before the file; what follows it is ignored, as S3 does. */
  readonly fields: ReadonlyMap<string, string>;
  /** Reads the file to the end of the form. @throws DomainError `malformed` when it is empty, too large or cut off */
  readonly read: () => Promise<Buffer>;
};

/** Bounds of the form: our own has 3 fields, S3's has 8, the longest a token or policy of less than 4 KiB. */
const LIMITS = {
  fields: 16,
  fieldSize: 4096,
  files: 1,
  parts: 20,
  headerPairs: 10,
  fileSize: MAX_UPLOAD_BYTES,
};

const malformed = (detail: string, cause?: unknown): DomainError =>
  new DomainError('malformed', { detail, cause });

/** @throws DomainError `malformed` for a boundary that no form may have: RFC 2046 allows 70 characters, the parser 252 */
const parserOf = (headers: BusboyHeaders) => {
  try {
    return new Busboy({ headers, limits: LIMITS, isPartAFile: (name) => name === 'file' });
  } catch (error) {
    throw malformed('The form cannot be read.', error);
  }
};

/**
 * Reads a multipart/form-data body up to its part `file`, whose bytes wait until they are asked for.
 *
 * @throws DomainError `unsupported-media-type`; `malformed` when it is no such form
 */
export const readFileForm = async (req: IncomingMessage): Promise<FileForm> => {
  const { 'content-type': type = '' } = req.headers;
  if (!/^multipart\/form-data *; *boundary=/i.test(type)) throw new DomainError('unsupported-media-type');
  const busboy = parserOf({ ...req.headers, 'content-type': type });
  const fields = new Map<string, string>();
  busboy.on('field', (name, value) => {
    if (!fields.has(name)) fields.set(name, value);
  });
  const finished = new Promise<void>((resolve, reject) => {
    busboy.on('finish', resolve);
    busboy.on('error', (error: unknown) => reject(malformed('The form cannot be read.', error)));
    req.on('close', () => {
      if (!req.complete) reject(malformed('The form ended early.'));
    });
  });
  const file = new Promise<BusboyFileStream>((resolve, reject) => {
    busboy.on('file', (_name, stream) => {
      // A form may break off while its fields are being checked: `finished` tells, and nobody listens here yet.
      stream.on('error', () => {});
      resolve(stream);
    });
    finished.then(() => reject(malformed('The form has no file.')), reject);
  });
  req.pipe(busboy);
  const stream = await file;
  return {
    fields,
    read: async () => {
      const [bytes] = await Promise.all([collect(stream), finished]);
      if (stream.truncated) throw malformed('The photo has more than 5 MiB.');
      if (bytes.length === 0) throw malformed('The photo is empty.');
      return bytes;
    },
  };
};

const collect = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    throw malformed('The file was cut off.', error);
  }
  return Buffer.concat(chunks);
};
