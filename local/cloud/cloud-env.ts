import type { Credentials } from './credentials.ts';

/** Ports of the three services that AWS clients talk to. */
export type ServicePorts = { readonly dynamodb: number; readonly sqs: number; readonly s3: number };

/** The standard environment variables of an access key. */
export const credentialsEnv = ({ accessKeyId, secretAccessKey }: Credentials): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** The standard environment variables that lead an AWS client to the local cloud: region, credentials and endpoints. */
export const cloudEnv = (
  region: string,
  credentials: Credentials,
  ports: ServicePorts,
): Record<string, string> => ({
  AWS_REGION: region,
  ...credentialsEnv(credentials),
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${ports.dynamodb}`,
  AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${ports.sqs}`,
  AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.s3}`,
});
