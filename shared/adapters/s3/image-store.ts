import type { ImageStore } from '../../images/ports.ts';
import { MAX_UPLOAD_BYTES } from '../../images/schema.ts';
import { type AwsAccess, awsOrigin } from '../aws/access.ts';
import { AwsError } from '../aws/errors.ts';
import { type AwsReply, type AwsRequest, makeAwsHttp } from '../aws/http.ts';
import { retrying } from '../aws/retry.ts';
import { signPost } from './post-policy.ts';

/** Most bytes that are read of an object. More than an upload may have, so that the use case, not this, refuses it. */
const MAX_READ = 2 * MAX_UPLOAD_BYTES;

/** Short name of an error in S3's XML, e.g. `NoSuchKey`; the status when there is no body (a HEAD, a proxy). */
const typeOf = ({ status, body }: AwsReply): string =>
  /<Code>(\w+)<\/Code>/.exec(body.toString('utf8'))?.[1] ?? `Http${status}`;

/**
 * Keeps photos in an S3 bucket. Every operation may be repeated without harm, so transient errors are retried. Names
 * the bucket in the host as S3 wants it, and in the path when there is an `endpoint` of one's own.
 * Reading needs `s3:ListBucket` too: without it S3 says AccessDenied for an object that does not exist.
 *
 * @throws DomainError `overloaded` when trying again does not help; AwsError for what is a fault of ours
 */
export const makeImageStore = (deps: AwsAccess & { bucket: string }): ImageStore => {
  const { region, bucket, endpoint } = deps;
  const origin = endpoint ?? awsOrigin(`${bucket}.s3`, region);
  const base = endpoint ? `/${bucket}` : '';
  const http = makeAwsHttp({ ...deps, service: 's3', origin });

  const call = (key: string, request: Omit<AwsRequest, 'path'>): Promise<AwsReply> => {
    const path = `${base}/${key.split('/').map(encodeURIComponent).join('/')}`;
    return retrying(async (before) => {
      const reply = await http({ ...request, path }, before);
      if (reply.status < 300) return reply;
      throw new AwsError(typeOf(reply), reply.status, `${request.method} of an object was refused`);
    });
  };

  return {
    presign: async ({ key, contentType, expiresAt }) => {
      const bytes = { min: 1, max: MAX_UPLOAD_BYTES };
      const fields = signPost(
        { region, bucket, key, contentType, bytes, expiresAt },
        deps.credentials(),
        Date.now(),
      );
      return { url: `${origin}${base}`, fields, expiresAt: new Date(expiresAt).toISOString() };
    },

    read: async (key) => {
      try {
        return (await call(key, { method: 'GET', maxBytes: MAX_READ })).body;
      } catch (error) {
        if (error instanceof AwsError && error.type === 'NoSuchKey') return undefined;
        throw error;
      }
    },

    write: async (key, bytes, contentType, maxAgeSeconds) => {
      const headers = {
        'content-type': contentType,
        'cache-control': `public, max-age=${maxAgeSeconds}, immutable`,
      };
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await call(key, { method: 'PUT', headers, body });
    },

    remove: async (key) => {
      await call(key, { method: 'DELETE' });
    },
  };
};
