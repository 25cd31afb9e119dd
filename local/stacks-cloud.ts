import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { environment } from '../shared/kernel/config.ts';
import { cloudEnv } from './cloud/cloud-env.ts';
import { loadCredentials } from './cloud/credentials.ts';
import { type Part, startPart } from './stacks-process.ts';

const MAIN = fileURLToPath(new URL('./cloud/main.ts', import.meta.url));
const TEMPLATE = fileURLToPath(new URL('../serverless.yml', import.meta.url));

const Ready = z.object({
  ready: z.literal(true),
  ports: z.object({ dynamodb: z.int(), sqs: z.int(), s3: z.int(), control: z.int() }),
  region: z.string(),
});

/** A running local cloud: its ports, and the variables with which a process reaches it. */
export type CloudPart = Part & {
  readonly ports: z.output<typeof Ready>['ports'];
  readonly env: Readonly<Record<string, string>>;
};

/** What to start. A port of 0 takes a free one. Without `invokePort` it calls no function: it is a store and no more. */
export type CloudPartOptions = {
  readonly name: string;
  readonly stage: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly ports: Readonly<Record<'dynamodb' | 'sqs' | 's3' | 'cloud', number>>;
  readonly httpPort: number;
  readonly invokePort?: number;
};

/**
 * Starts the local cloud (DynamoDB, SQS, S3 and the triggers between them, as serverless.yml says) as a process.
 *
 * @throws Error with its last lines when it ends before it is ready
 */
export const startCloudPart = async (options: CloudPartOptions): Promise<CloudPart> => {
  const { ports, invokePort } = options;
  const option = (name: string, value: string | number): string[] => [`--${name}`, String(value)];
  const args = [
    ...[
      MAIN,
      ...option('template', TEMPLATE),
      ...option('stage', options.stage),
      ...option('data', options.dataDir),
    ],
    ...[
      ...option('dynamodb-port', ports.dynamodb),
      ...option('sqs-port', ports.sqs),
      ...option('s3-port', ports.s3),
    ],
    ...[...option('control-port', ports.cloud), ...option('http-api-port', options.httpPort)],
    ...(invokePort === undefined
      ? ['--no-triggers']
      : option('invoke-url', `http://127.0.0.1:${invokePort}`)),
  ];
  const { name, logDir } = options;
  const part = startPart({ name, args, env: environment(), logFile: join(logDir, `${name}.log`) });
  const line = await part.line((text) => text.startsWith('{"ready":true'));
  const { ports: bound, region } = Ready.parse(JSON.parse(line));
  return { ...part, ports: bound, env: cloudEnv(region, loadCredentials(options.dataDir), bound) };
};
