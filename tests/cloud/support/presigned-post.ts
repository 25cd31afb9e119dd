/** Presigned POST forms, signed here by hand from AWS's description: HMAC chain over date, region, service. */
import { createHmac } from 'node:crypto';
import { type Answer, type Service, send } from './aws.ts';

/** A form to upload: its fields, and what may be changed about it to make it wrong. */
export type FormOptions = {
  readonly bucket: string;
  readonly key: string;
  readonly contentType?: string;
  readonly file: Buffer;
  readonly fields?: Record<string, string>;
  readonly conditions?: readonly unknown[];
  readonly expiresInMs?: number;
  readonly signature?: string;
  readonly filename?: string;
};

/** The policy that the shop signs: exact bucket, key and type, and 1 to 100 bytes. */
export const shopConditions = (bucket: string, key: string, contentType: string): unknown[] => [
  { bucket },
  { key },
  { 'Content-Type': contentType },
  ['content-length-range', 1, 100],
];

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Posts a form; `signedFor` are the key and type that the policy allows when they differ from those sent. */
export const postForm = (
  service: Service,
  options: FormOptions,
  signedFor: { key?: string; contentType?: string } = {},
): Promise<Answer> => {
  const { bucket, key, contentType = 'image/jpeg' } = options;
  const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const scope = `${date.slice(0, 8)}/${service.region}/s3/aws4_request`;
  const credential = `${service.credentials.accessKeyId}/${scope}`;
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(Date.now() + (options.expiresInMs ?? 60_000)).toISOString(),
      conditions: [
        ...(options.conditions ??
          shopConditions(bucket, signedFor.key ?? key, signedFor.contentType ?? contentType)),
        { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
        { 'x-amz-credential': credential },
        { 'x-amz-date': date },
      ],
    }),
  ).toString('base64');
  const signingKey = scope
    .split('/')
    .reduce<Buffer | string>(hmac, `AWS4${service.credentials.secretAccessKey}`);
  const fields = {
    key,
    'Content-Type': contentType,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': credential,
    'X-Amz-Date': date,
    Policy: policy,
    'X-Amz-Signature': options.signature ?? hmac(signingKey, policy).toString('hex'),
    ...options.fields,
  };
  const boundary = 'cloud-test-boundary';
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${options.filename ?? 'a.jpg'}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(parts.join('') + file),
    options.file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'content-length': body.length,
  };
  return send(service.port, 'POST', `/${bucket}`, headers, body);
};
