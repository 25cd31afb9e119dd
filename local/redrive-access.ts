import type { AwsAccess } from '../shared/adapters/aws/access.ts';
import type { RunningStack } from './start-lock.ts';

/** The access to a service of the local cloud, from what the start wrote down. */
export const accessOf = (env: RunningStack['env'], service: 'DYNAMODB' | 'SQS'): AwsAccess => ({
  region: env['AWS_REGION'] ?? '',
  endpoint: env[`AWS_ENDPOINT_URL_${service}`],
  credentials: () => ({
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
  }),
});
