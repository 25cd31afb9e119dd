/** S3's HTTP API, path-style: every request's signature is checked here, reads and deletes are fauxqs's own. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Callers } from './callers.ts';
import type { Fauxqs } from './fauxqs.ts';
import { answer, type ListenOptions, listen, readBody } from './http.ts';
import type { Log } from './log.ts';
import { corsHeaders } from './s3-cors.ts';
import { isS3Refusal, type S3Refusal, s3ErrorXml, s3Refusal, s3Status } from './s3-errors.ts';
import type { CreatedObject } from './s3-events.ts';
import { s3Arn, s3DeleteManyNeeds, s3Needs } from './s3-needs.ts';
import { demand, signatureRefusal } from './s3-signature.ts';
import { MAX_BODY, makeUploads, type Target } from './s3-uploads.ts';
import { makeSignatureCheck, sha256 } from './sigv4.ts';
import type { Template } from './template.ts';

/** The running service. */
export type S3 = { readonly port: number; readonly close: () => Promise<void> };

/** What the service needs. `created` records the events of a new object, in the transaction that stores it. */
export type S3Options = {
  readonly fauxqs: Fauxqs;
  readonly template: Template;
  readonly callers: Callers;
  readonly listen: ListenOptions;
  readonly log: Log;
  readonly created: (object: CreatedObject) => void;
};

/** After a refusal the rest of a body is read for so long, for clients read an answer only after they have sent all. */
const DRAIN_MS = 5_000;

const targetOf = (url: string): Target => {
  const { pathname, searchParams } = new URL(url, 'http://local');
  const [, bucket = '', ...rest] = pathname.split('/');
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(rest.join('/')), query: searchParams };
};

/** Serves, and makes the buckets of the template. */
export const startS3 = async (options: S3Options): Promise<S3> => {
  const { fauxqs, template, log } = options;
  const { objects } = fauxqs;
  const check = makeSignatureCheck(options.callers, { service: 's3', region: template.region });
  const uploads = makeUploads({ fauxqs, check, created: options.created });
  for (const { name } of template.buckets) objects.createBucket(name);

  /** Whoever signed a request that is no form; the body is part of it. */
  const callerOf = (request: IncomingMessage, query: URLSearchParams, body: Buffer): Caller => {
    const { method = 'GET', url = '/', headers } = request;
    const signed = { method, url, headers, bodyHash: sha256(body) };
    if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')) {
      const { caller, refusal } = check.query(signed);
      if (refusal) throw signatureRefusal(refusal, 'AuthorizationQueryParametersError');
      return caller;
    }
    const declared = headers['x-amz-content-sha256'];
    if (typeof declared === 'string' && declared.startsWith('STREAMING-')) {
      throw s3Refusal(
        'NotImplemented',
        'The local S3 takes no chunked signatures: send the hash of the whole body',
      );
    }
    const { caller, refusal } = check.headers(signed);
    if (refusal) throw signatureRefusal(refusal);
    return caller;
  };

  /** S3 tells only those who may list a bucket that an object is not there. */
  const demandToKnow = (caller: Caller, { bucket, key }: Target): void => {
    if (key && !objects.buckets.get(bucket)?.has(key))
      demand(caller, [{ action: 's3:ListBucket', resource: s3Arn(bucket) }]);
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
      return uploads.postObject(request, response, target);
    }
    const body = await readBody(request, MAX_BODY);
    if (!body) throw s3Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    const caller = callerOf(request, query, body);
    known();
    const deletesMany = method === 'POST' && !key;
    demand(caller, deletesMany ? s3DeleteManyNeeds(bucket) : s3Needs(method, target));
    if (method === 'GET' || method === 'HEAD') demandToKnow(caller, target);
    if (method === 'PUT') return uploads.putObject(request, response, target, body);
    if (deletesMany) {
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
