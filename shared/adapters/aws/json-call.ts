import { type AwsAccess, awsOrigin } from './access.ts';
import { AwsError } from './errors.ts';
import { makeAwsHttp } from './http.ts';

/** A JSON object of an AWS API. */
export type Json = Readonly<Record<string, unknown>>;

/** Makes one call of one operation, once. `before` is the error of the attempt before it. */
export type JsonCall = (operation: string, input: Json, before?: unknown) => Promise<Json>;

const parse = (body: Buffer): Json => {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch {
    return {};
  }
};

/**
 * AWS's JSON protocol 1.0, which DynamoDB and SQS speak: POST /, the operation in a header.
 *
 * @throws AwsError for any answer but 200; AwsUnavailable when there was none
 */
export const makeJsonCall = (access: AwsAccess, service: 'dynamodb' | 'sqs', target: string): JsonCall => {
  const origin = access.endpoint ?? awsOrigin(service, access.region);
  const send = makeAwsHttp({ ...access, service, origin });
  return async (operation, input, before) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${target}.${operation}`,
    };
    const reply = await send({ method: 'POST', path: '/', headers, body: JSON.stringify(input) }, before);
    const body = parse(reply.body);
    if (reply.status === 200) return body;
    // e.g. `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`
    const type = String(body['__type'] ?? 'UnknownError').replace(/^.*#/, '');
    throw new AwsError(type, reply.status, String(body['message'] ?? body['Message'] ?? ''), body);
  };
};
