/** Signed calls of the local services, signed by aws4 and not by the code under test. */
import { Agent, request } from 'node:http';
import aws4 from 'aws4';
import type { Credentials } from '../../../local/cloud/credentials.ts';

/** An answer: `json` parses its text. */
export type Answer = {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly json: Record<string, unknown>;
};

/** What to reach: region, credentials and port. */
export type Service = { readonly region: string; readonly credentials: Credentials; readonly port: number };

const agent = new Agent({ keepAlive: true });

/** Sends a request as it is. */
export const send = (
  port: number,
  method: string,
  path: string,
  headers: Record<string, unknown>,
  body?: string | Buffer,
): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = {
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: headers as Record<string, string>,
    agent,
  };
  const outgoing = request(options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        get json() {
          return JSON.parse(text) as Record<string, unknown>;
        },
      });
    });
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
};

const signed = (
  service: Service,
  name: string,
  method: string,
  path: string,
  headers: object,
  body: string | Buffer,
) =>
  aws4.sign(
    {
      service: name,
      region: service.region,
      host: `127.0.0.1:${service.port}`,
      method,
      path,
      body,
      headers: { ...headers },
    },
    service.credentials,
  );

/** One operation of DynamoDB. */
export const dynamodb = (service: Service, operation: string, input: object): Promise<Answer> => {
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  return send(
    service.port,
    'POST',
    '/',
    signed(service, 'dynamodb', 'POST', '/', headers, body).headers ?? {},
    body,
  );
};

/** One action of SQS. */
export const sqs = (service: Service, action: string, input: object): Promise<Answer> => {
  const body = JSON.stringify(input);
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` };
  return send(
    service.port,
    'POST',
    '/',
    signed(service, 'sqs', 'POST', '/', headers, body).headers ?? {},
    body,
  );
};

/** One request of S3, signed in its headers. */
export const s3 = (
  service: Service,
  method: string,
  path: string,
  body: string | Buffer = '',
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const request = signed(service, 's3', method, path, headers, body);
  return send(service.port, method, path, request.headers ?? {}, body);
};

/** A presigned URL's path; `expires` in seconds, `date` as `20260102T030405Z`. */
export const presign = (
  service: Service,
  method: string,
  path: string,
  expires: number,
  date?: string,
): string => {
  const query = `X-Amz-Expires=${expires}${date ? `&X-Amz-Date=${date}` : ''}`;
  const separator = path.includes('?') ? '&' : '?';
  const request = aws4.sign(
    {
      service: 's3',
      region: service.region,
      host: `127.0.0.1:${service.port}`,
      method,
      path: `${path}${separator}${query}`,
      signQuery: true,
    },
    service.credentials,
  );
  return String(request.path);
};
