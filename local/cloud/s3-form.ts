/** Reads the form of a presigned POST: its fields, then its file, whose length is watched while it arrives. */
import type { IncomingMessage } from 'node:http';
import busboyPackage from '@fastify/busboy';
import { s3Refusal } from './s3-errors.ts';
import type { FormFields, LengthRange } from './s3-policy.ts';

/** A form that was accepted. */
export type UploadForm = { readonly fields: FormFields; readonly file: Buffer };

/**
 * Reads a form. `admit` is called when all fields before the file are there and before its first byte is kept: it
 * throws a refusal, or gives the range that the length must be in. Fields after the file are ignored, as in S3.
 */
export const readForm = (
  request: IncomingMessage,
  admit: (fields: FormFields) => LengthRange,
): Promise<UploadForm> => {
  const { promise, resolve, reject } = Promise.withResolvers<UploadForm>();
  const malformed = (): Error =>
    s3Refusal(
      'MalformedPOSTRequest',
      'The body of your POST request is not well-formed multipart/form-data.',
    );
  const contentType = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) {
    reject(s3Refusal('MethodNotAllowed', 'The specified method is not allowed against this resource.'));
    return promise;
  }

  const fields = new Map<string, string>();
  const form = openForm({ ...request.headers, 'content-type': contentType });
  if (!form) {
    reject(malformed());
    return promise;
  }
  let hasFile = false;
  const fail = (error: unknown): void => {
    request.unpipe(form);
    reject(error);
  };
  form.on('field', (name, value) => {
    if (!hasFile) fields.set(name.toLowerCase(), value);
  });
  form.on('file', (name, stream, filename) => {
    if (name !== 'file' || hasFile) return void stream.resume();
    hasFile = true;
    const key = fields.get('key');
    if (key !== undefined)
      fields.set(
        'key',
        key.replaceAll(/\$\{filename\}/g, () => filename ?? ''),
      );
    let range: LengthRange;
    try {
      range = admit(fields);
    } catch (error) {
      stream.resume();
      return fail(error);
    }
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= range.max) return void chunks.push(chunk);
      chunks.length = 0;
      const details = { ProposedSize: String(length), MaxSizeAllowed: String(range.max) };
      fail(s3Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', details));
    });
    stream.on('error', fail);
    stream.on('end', () => {
      if (length > range.max) return;
      if (length >= range.min) return resolve({ fields, file: Buffer.concat(chunks, length) });
      const details = { ProposedSize: String(length), MinSizeAllowed: String(range.min) };
      fail(
        s3Refusal('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', details),
      );
    });
  });
  form.on('finish', () => {
    if (!hasFile) fail(s3Refusal('InvalidArgument', 'POST requires exactly one file upload per request.'));
  });
  form.on('error', () => fail(malformed()));
  request.on('close', () => {
    if (!request.complete) fail(malformed());
  });
  request.pipe(form);
  return promise;
};

/** busboy throws when the boundary is missing. A field may have 20 KB altogether in S3; a single one gets that here. */
const openForm = (headers: IncomingMessage['headers'] & { 'content-type': string }) => {
  try {
    return busboyPackage.Busboy({ headers, limits: { fieldSize: 20 * 1024, fields: 100, files: 1 } });
  } catch {
    return undefined;
  }
};
