import { fileURLToPath } from 'node:url';
import type { RuntimeName, Scale } from './runtime.ts';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const MAIN = pathOf('../../../local/lambda/main.ts');
const OSLS = pathOf('../../../node_modules/serverless/bin/serverless.js');
const CLOUD = pathOf('../../../local/cloud/main.ts');
/** The stage of every test. */
export const STAGE = 'test';

/** Where a runtime is told to listen; serverless-offline has no control port. */
export type Ports = { readonly http: number; readonly invoke: number; readonly control: number };

const optionsOf = (scale: Scale): string[] => [
  ...['--initLimitMs', String(scale.initLimitMs)],
  ...['--integrationTimeoutMs', String(scale.integrationTimeoutMs)],
  ...['--idleMs', String(scale.idleMs)],
  ...['--retryDelaysMs', scale.retryDelaysMs.join(',')],
  ...['--accountConcurrency', String(scale.accountConcurrency)],
  ...['--unreservedConcurrency', String(scale.unreservedConcurrency)],
  ...['--scalingEnvironments', String(scale.scalingEnvironments)],
  ...['--scalingPeriodMs', String(scale.scalingPeriodMs)],
];

/** The command line of a runtime, for Node. */
export const argumentsOf = (name: RuntimeName, config: string, ports: Ports, scale: Scale): string[] => [
  ...(name === 'ours' ? [MAIN] : [OSLS, 'offline', 'start']),
  ...['--config', config, '--stage', STAGE],
  ...['--httpPort', String(ports.http), '--lambdaPort', String(ports.invoke)],
  ...(name === 'ours' ? ['--controlPort', String(ports.control), ...optionsOf(scale)] : []),
];

/** The cloud's arguments. For serverless-offline it is queues and buckets alone: what calls its functions has to be its own. */
export const cloudArguments = (
  name: RuntimeName,
  config: string,
  data: string,
  ports: Ports,
  scale: Scale,
) => [
  ...[CLOUD, '--template', config, '--stage', STAGE, '--data', data],
  ...['dynamodb', 'sqs', 's3', 'control'].flatMap((service) => [`--${service}-port`, '0']),
  ...['--http-api-port', String(ports.http), '--invoke-url', `http://127.0.0.1:${ports.invoke}`],
  ...['--retry-delays', scale.retryDelaysMs.join(',')],
  ...(name === 'ours' ? [] : ['--no-triggers']),
];
