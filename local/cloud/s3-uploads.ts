/** The two ways into a bucket: a signed PUT and a presigned form. Both store an object and its events in one transaction. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fauxqs } from './fauxqs.ts';
import { answer } from './http.ts';
import { escapeXml, s3Refusal } from './s3-errors.ts';
import type { CreatedObject } from './s3-events.ts';
import { readForm } from './s3-form.ts';
import { s3PutNeeds } from './s3-needs.ts';
import { checkPolicy, type LengthRange } from './s3-policy.ts';
import { demand, signatureRefusal } from './s3-signature.ts';
import type { SignatureCheck } from './sigv4.ts';

/** What a URL points at; `key` is empty for the bucket itself. */
export type Target = { readonly bucket: string; readonly key: string; readonly query: URLSearchParams };

/** Bodies are held in memory, so that there is a limit of 64 MB where S3 itself takes 5 GB. */
export const MAX_BODY = 64 * 1024 * 1024;
/** S3's longest key, in bytes. */
const MAX_KEY = 1024;

/** Headers of an object that are stored with it, by request header or form field. */
const SYSTEM: Record<string, string> = {
  'cache-control': 'cacheControl',
  'content-disposition': 'contentDisposition',
  'content-encoding': 'contentEncoding',
  'content-language': 'contentLanguage',
};

/** What uploads need. `created` records the events of a new object. */
export type UploadsOptions = {
  readonly fauxqs: Fauxqs;
  readonly check: SignatureCheck;
  readonly created: (object: CreatedObject) => void;
};

/** Handlers of uploads. `postObject` checks the form itself; the signature of a PUT has been checked before. */
export type Uploads = {
  readonly postObject: (request: IncomingMessage, response: ServerResponse, target: Target) => Promise<void>;
  readonly putObject: (
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
    body: Buffer,
  ) => void;
};

/** Makes the handlers. */
export const makeUploads = ({ fauxqs, check, created: record }: UploadsOptions): Uploads => {
  const { objects } = fauxqs;

  /** Stores an object and its events, both or none. */
  const store = (
    created: Pick<CreatedObject, 'bucket' | 'key' | 'event'>,
    body: Buffer,
    header: (name: string) => string | undefined,
    names: Iterable<string>,
  ): string => {
    const { bucket, key, event } = created;
    if (Buffer.byteLength(key) > MAX_KEY) throw s3Refusal('KeyTooLongError', 'Your key is too long');
    const pairs = (
      list: Iterable<string>,
      rename: (name: string) => string | undefined,
    ): Record<string, string> =>
      Object.fromEntries(
        [...list].flatMap((name) => {
          const [stored, value] = [rename(name), header(name)];
          return stored === undefined || value === undefined ? [] : [[stored, value]];
        }),
      );
    const metadata = pairs(names, (name) => /^x-amz-meta-(.+)$/.exec(name)?.[1]);
    const system = pairs(Object.keys(SYSTEM), (name) => SYSTEM[name]);
    const eTag = createHash('md5').update(body).digest('hex');
    fauxqs.transaction(() => {
      record({ bucket, key, event, size: body.length, eTag });
      objects.putObject(bucket, key, body, header('content-type') ?? 'binary/octet-stream', metadata, system);
    });
    return `"${eTag}"`;
  };

  const postObject = async (
    request: IncomingMessage,
    response: ServerResponse,
    { bucket }: Target,
  ): Promise<void> => {
    const admit = (fields: ReadonlyMap<string, string>): LengthRange => {
      const policy = fields.get('policy');
      if (policy === undefined) throw s3Refusal('AccessDenied', 'Access Denied');
      const { caller, refusal } = check.policy({
        policy,
        algorithm: fields.get('x-amz-algorithm'),
        credential: fields.get('x-amz-credential'),
        date: fields.get('x-amz-date'),
        signature: fields.get('x-amz-signature'),
      });
      if (refusal) throw signatureRefusal(refusal);
      const key = fields.get('key');
      if (!key) throw s3Refusal('InvalidArgument', "Bucket POST must contain a field named 'key'.");
      const range = checkPolicy(policy, fields, bucket, Date.now());
      demand(caller, s3PutNeeds(bucket, key));
      return { min: range.min, max: Math.min(range.max, MAX_BODY) };
    };
    const { fields, file } = await readForm(request, admit);
    const key = fields.get('key') ?? '';
    const eTag = store(
      { bucket, key, event: 'ObjectCreated:Post' },
      file,
      (name) => fields.get(name),
      fields.keys(),
    );
    const location = `http://${request.headers.host ?? ''}/${bucket}/${encodeURIComponent(key)}`;
    const redirect = fields.get('success_action_redirect');
    if (redirect !== undefined && URL.canParse(redirect)) {
      const to = new URL(redirect);
      for (const [name, value] of Object.entries({ bucket, key, etag: eTag }))
        to.searchParams.set(name, value);
      return answer(response, 303, '', { location: to.href, etag: eTag });
    }
    const wanted = Number(fields.get('success_action_status'));
    const status = [200, 201, 204].includes(wanted) ? wanted : 204;
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${escapeXml(location)}</Location><Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key><ETag>${escapeXml(eTag)}</ETag></PostResponse>`;
    if (status === 201)
      return answer(response, 201, xml, { 'content-type': 'application/xml', etag: eTag, location });
    response.writeHead(status, { etag: eTag, location });
    response.end();
  };

  const putObject = (
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
    body: Buffer,
  ): void => {
    const { bucket, key, query } = target;
    const header = (name: string): string | undefined => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    };
    if (
      !key ||
      header('x-amz-copy-source') ||
      ['uploadId', 'renameObject', 'acl', 'tagging'].some((name) => query.has(name))
    ) {
      throw s3Refusal('NotImplemented', 'The local S3 puts whole objects only: no buckets, copies or parts');
    }
    const digest = header('content-md5');
    if (digest !== undefined && digest !== createHash('md5').update(body).digest('base64')) {
      throw s3Refusal('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    if (header('if-none-match') === '*' && objects.buckets.get(bucket)?.has(key)) {
      throw s3Refusal('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
        Condition: 'If-None-Match',
      });
    }
    const eTag = store(
      { bucket, key, event: 'ObjectCreated:Put' },
      body,
      header,
      Object.keys(request.headers),
    );
    response.writeHead(200, { etag: eTag, 'content-length': 0 });
    response.end();
  };

  return { postObject, putObject };
};
