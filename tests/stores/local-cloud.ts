import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsAccess } from '@duet/shared/adapters/aws/access.ts';
import { type Cloud, startCloud } from '../../local/cloud/start-cloud.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

/** The local cloud for tests of adapters: the tables, queues and bucket of serverless.yml, on ports of its own. */
export type TestCloud = Cloud & {
  readonly access: (service: 'DYNAMODB' | 'SQS' | 'S3') => AwsAccess;
};

/** Longest pause that a timer has: tests play in the past, and expired items shall stay until a test says otherwise. */
const NEVER_MS = 2 ** 31 - 1;

/** Starts a cloud that calls no function. `close` removes its data too. */
export const startTestCloud = async (): Promise<TestCloud> => {
  const dataDir = temporaryFolder();
  const cloud = await startCloud({
    template: join(import.meta.dirname, '../../serverless.yml'),
    stage: 'test',
    dataDir,
    ports: { dynamodb: 0, sqs: 0, s3: 0, control: 0 },
    triggers: false,
    ttlIntervalMs: NEVER_MS,
  });
  return {
    ...cloud,
    access: (service) => ({
      region: cloud.template.region,
      endpoint: `http://127.0.0.1:${cloud.ports[service.toLowerCase() as 'dynamodb' | 'sqs' | 's3']}`,
      credentials: () => cloud.credentials,
    }),
    close: async () => {
      await cloud.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
