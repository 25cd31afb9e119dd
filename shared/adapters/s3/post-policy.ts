import { createHmac } from 'node:crypto';
import type { AwsCredentials } from '../aws/access.ts';

/** What one form allows: this bucket, key and content type, a file of so many bytes, until `expiresAt` (ms). */
export type PostPolicy = {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly bytes: { readonly min: number; readonly max: number };
  readonly expiresAt: number;
};

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The fields of a presigned POST: a policy, which S3 holds the form against, and its signature (Amazon S3 API reference,
 * "Authenticating requests: browser-based uploads using POST"). `now` in ms.
 */
export const signPost = (
  policy: PostPolicy,
  credentials: AwsCredentials,
  now: number,
): Readonly<Record<string, string>> => {
  const date = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = [date.slice(0, 8), policy.region, 's3', 'aws4_request'];
  const signed = {
    key: policy.key,
    'Content-Type': policy.contentType,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': [credentials.accessKeyId, ...scope].join('/'),
    'x-amz-date': date,
    ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const document = {
    expiration: new Date(policy.expiresAt).toISOString(),
    conditions: [
      { bucket: policy.bucket },
      ['content-length-range', policy.bytes.min, policy.bytes.max],
      ...Object.entries(signed).map(([name, value]) => ['eq', `$${name}`, value]),
    ],
  };
  const text = Buffer.from(JSON.stringify(document)).toString('base64');
  const signingKey = scope.reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  return { ...signed, policy: text, 'x-amz-signature': hmac(signingKey, text).toString('hex') };
};
