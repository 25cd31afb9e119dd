#!/usr/bin/env node
/** The local cloud as a process: `node local/cloud/main.ts --data .duet/cloud`. Prints one line of JSON when it is ready. */
import { parseArgs } from 'node:util';
import { DEFAULT_CLOUD_PORTS, startCloud } from './start-cloud.ts';

const USAGE = `Usage: node local/cloud/main.ts [options]
  --template FILE        serverless.yml to read (serverless.yml)
  --stage NAME           stage of names (local)
  --data DIR             where everything is kept (.duet/cloud)
  --dynamodb-port N      ${DEFAULT_CLOUD_PORTS.dynamodb}; 0 takes a free port, here and below
  --sqs-port N           ${DEFAULT_CLOUD_PORTS.sqs}
  --s3-port N            ${DEFAULT_CLOUD_PORTS.s3}
  --control-port N       ${DEFAULT_CLOUD_PORTS.control}: GET /health, GET /queues
  --http-api-port N      port of the HTTP API in functions' environments (4000)
  --invoke-url URL       Invoke API that triggers call (http://127.0.0.1:4002)
  --no-triggers          call nothing
  --retry-delays MS,MS   pauses before retries of asynchronous calls (60000,120000)`;

const { values } = parseArgs({
  options: {
    template: { type: 'string', default: 'serverless.yml' },
    stage: { type: 'string', default: 'local' },
    data: { type: 'string', default: '.duet/cloud' },
    'dynamodb-port': { type: 'string', default: String(DEFAULT_CLOUD_PORTS.dynamodb) },
    'sqs-port': { type: 'string', default: String(DEFAULT_CLOUD_PORTS.sqs) },
    's3-port': { type: 'string', default: String(DEFAULT_CLOUD_PORTS.s3) },
    'control-port': { type: 'string', default: String(DEFAULT_CLOUD_PORTS.control) },
    'http-api-port': { type: 'string', default: '4000' },
    'invoke-url': { type: 'string', default: 'http://127.0.0.1:4002' },
    'no-triggers': { type: 'boolean', default: false },
    'retry-delays': { type: 'string', default: '60000,120000' },
    help: { type: 'boolean', default: false },
  },
});

const number = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new Error(`--${name} must be a port, not ${text}`);
  return value;
};

const start = async (): Promise<void> => {
  const cloud = await startCloud({
    template: values.template,
    stage: values.stage,
    dataDir: values.data,
    ports: {
      dynamodb: number('dynamodb-port', values['dynamodb-port']),
      sqs: number('sqs-port', values['sqs-port']),
      s3: number('s3-port', values['s3-port']),
      control: number('control-port', values['control-port']),
    },
    httpApiPort: number('http-api-port', values['http-api-port']),
    invokeUrl: values['invoke-url'],
    triggers: !values['no-triggers'],
    retryDelaysMs: values['retry-delays'].split(',').map(Number),
    // biome-ignore lint/style/noProcessEnv: the template's own ${env:NAME} variables, which the Serverless CLI reads from here too
    env: process.env,
  });
  const stop = (): void => {
    cloud.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // The secret stays in its file, which only its owner can read: see loadCredentials and cloudEnv.
  const { service, stage, region } = cloud.template;
  const ready = {
    ready: true,
    pid: process.pid,
    service,
    stage,
    region,
    ports: cloud.ports,
    dataDir: values.data,
  };
  process.stdout.write(`${JSON.stringify(ready)}
`);
};

const fail = (error: unknown): void => {
  process.stderr.write(`cloud: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
};

if (values.help) process.stdout.write(`${USAGE}\n`);
else await start().catch(fail);
