/** S3's HTTP API, path-style: every request's signature is checked here, reads and deletes are fauxqs's own. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from './credentials.ts';
import type { Fauxqs } from './fauxqs.ts';
import { answer, type ListenOptions, listen, readBody } from './http.ts';
import type { Log } from './log.ts';
import { corsHeaders } from './s3-cors.ts';
import { escapeXml, isS3Refusal, type S3Refusal, s3ErrorXml, s3Refusal, s3Status } from './s3-errors.ts';
import type { CreatedObject } from './s3-events.ts';
import { readForm } from './s3-form.ts';
import { checkPolicy, type LengthRange } from './s3-policy.ts';
import { makeSignatureCheck, type Refusal, sha256 } from './sigv4.ts';
import type { Template } from './template.ts';

/** The running service. */
export type S3 = { readonly port: number; readonly close: () => Promise<void> };

/** What the service needs. `created` records the events of a new object, in the transaction that stores it. */
export type S3Options = {
  readonly fauxqs: Fauxqs;
  readonly template: Template;
  readonly credentials: Credentials;
  readonly listen: ListenOptions;
  readonly log: Log;
  readonly created: (object: CreatedObject) => void;
};

/** Bodies are held in memory, so that there is a limit of 64 MB where S3 itself takes 5 GB. */
const MAX_BODY = 64 * 1024 * 1024;
/** S3's longest key, in bytes. */
const MAX_KEY = 1024;
/** After a refusal the rest of a body is read for so long, for clients read an answer only after they have sent all. */
const DRAIN_MS = 5_000;

type Target = { readonly bucket: string; readonly key: string; readonly query: URLSearchParams };

const targetOf = (url: string): Target => {
  const { pathname, searchParams } = new URL(url, 'http://local');
  const [, bucket = '', ...rest] = pathname.split('/');
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(rest.join('/')), query: searchParams };
};

/** Headers of an object that are stored with it, by request header or form field. */
const SYSTEM: Record<string, string> = {
  'cache-control': 'cacheControl',
  'content-disposition': 'contentDisposition',
  'content-encoding': 'contentEncoding',
  'content-language': 'contentLanguage',
};

/** Serves, and makes the buckets of the template. */
export const startS3 = async (options: S3Options): Promise<S3> => {
  const { fauxqs, template, log } = options;
  const { objects } = fauxqs;
  const check = makeSignatureCheck(options.credentials, { service: 's3', region: template.region });
  for (const { name } of template.buckets) objects.createBucket(name);

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
      options.created({ bucket, key, event, size: body.length, eTag });
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
      const refused = check.policy({
        policy,
        algorithm: fields.get('x-amz-algorithm'),
        credential: fields.get('x-amz-credential'),
        date: fields.get('x-amz-date'),
        signature: fields.get('x-amz-signature'),
      });
      if (refused) throw signatureRefusal(refused);
      if (!fields.get('key'))
        throw s3Refusal('InvalidArgument', "Bucket POST must contain a field named 'key'.");
      const range = checkPolicy(policy, fields, bucket, Date.now());
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

  /** Checks the signature of a request that is no form; the body is part of it. */
  const authorize = (request: IncomingMessage, query: URLSearchParams, body: Buffer): void => {
    const { method = 'GET', url = '/', headers } = request;
    const signed = { method, url, headers, bodyHash: sha256(body) };
    if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')) {
      const refused = check.query(signed);
      if (refused) throw signatureRefusal(refused, 'AuthorizationQueryParametersError');
      return;
    }
    const declared = headers['x-amz-content-sha256'];
    if (typeof declared === 'string' && declared.startsWith('STREAMING-')) {
      throw s3Refusal(
        'NotImplemented',
        'The local S3 takes no chunked signatures: send the hash of the whole body',
      );
    }
    const refused = check.headers(signed);
    if (refused) throw signatureRefusal(refused);
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request;
    const target = targetOf(url);
    const { bucket, key, query } = target;
    const rules = template.buckets.find(({ name }) => name === bucket)?.cors ?? [];
    const { origin } = request.headers;
    if (method === 'OPTIONS') return preflight(request, response, rules);
    const allowed = origin ? corsHeaders(rules, { origin, method, headers: [] }) : undefined;
    for (const [name, value] of Object.entries(allowed ?? {})) response.setHeader(name, value);
    const known = (): void => {
      if (bucket && !objects.hasBucket(bucket))
        throw s3Refusal('NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });
    };

    if (method === 'POST' && !key && !query.has('delete')) {
      known();
      return postObject(request, response, target);
    }
    const body = await readBody(request, MAX_BODY);
    if (!body) throw s3Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    authorize(request, query, body);
    known();
    if (method === 'PUT') return putObject(request, response, target, body);
    if (method === 'POST' && !key) {
      const headers = { ...request.headers };
      const result = await fauxqs.app.inject({ method, url, headers, payload: body });
      response.writeHead(result.statusCode, {
        'content-type': result.headers['content-type'] ?? 'application/xml',
      });
      return void response.end(result.rawPayload);
    }
    if (method === 'GET' || method === 'HEAD' || (method === 'DELETE' && key && !query.has('uploadId'))) {
      return fauxqs.app.routing(request, response);
    }
    throw s3Refusal('NotImplemented', `The local S3 has no ${method} of this kind`);
  };

  const fail = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    if (response.headersSent || response.destroyed) return void response.destroy();
    if (!isS3Refusal(error)) log.error('S3 failed', error);
    const refusal: S3Refusal = isS3Refusal(error)
      ? error
      : s3Refusal('InternalError', 'We encountered an internal error.');
    const requestId = randomUUID().replaceAll('-', '').toUpperCase().slice(0, 16);
    const xml = request.method === 'HEAD' ? '' : s3ErrorXml(refusal, requestId);
    const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
    if (!request.complete) {
      response.setHeader('connection', 'close');
      request.resume();
      const timer = setTimeout(() => request.destroy(), DRAIN_MS);
      request.once('close', () => clearTimeout(timer));
    }
    answer(response, s3Status(refusal.code), xml, headers);
  };

  const server = await listen((request, response) => {
    respond(request, response).catch((error: unknown) => fail(request, response, error));
  }, options.listen);
  return { port: server.port, close: server.close };
};

const preflight = (
  request: IncomingMessage,
  response: ServerResponse,
  rules: Parameters<typeof corsHeaders>[0],
): void => {
  const origin = request.headers.origin ?? '';
  const method = String(request.headers['access-control-request-method'] ?? '');
  const requested = String(request.headers['access-control-request-headers'] ?? '');
  const headers = requested.split(',').flatMap((name) => name.trim() || []);
  const allowed = origin && method ? corsHeaders(rules, { origin, method, headers }) : undefined;
  if (!allowed) {
    throw s3Refusal(
      'AccessForbidden',
      "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
  }
  answer(response, 200, '', allowed);
};

const signatureRefusal = (
  { reason, message }: Refusal,
  malformed = 'AuthorizationHeaderMalformed',
): Error => {
  if (reason === 'missing') return s3Refusal('AccessDenied', 'Access Denied');
  if (reason === 'expired') return s3Refusal('AccessDenied', message);
  if (reason === 'malformed' || reason === 'scope') return s3Refusal(malformed, message);
  if (reason === 'unknown-key') return s3Refusal('InvalidAccessKeyId', message);
  if (reason === 'skewed') return s3Refusal('RequestTimeTooSkewed', message);
  return s3Refusal('SignatureDoesNotMatch', message);
};
