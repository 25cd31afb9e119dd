import { join } from 'node:path';
import { cloudEnv } from '../cloud/cloud-env.ts';
import { functionCredentials, loadCredentials } from '../cloud/credentials.ts';
import { loadTemplate, type Template } from '../cloud/template.ts';

/** Ports of this machine, all on 127.0.0.1. */
export interface LocalPorts {
  readonly httpApi: number;
  readonly lambda: number;
  readonly dynamodb: number;
  readonly sqs: number;
  readonly s3: number;
  readonly control: number;
}

/** The starting process's environment. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Variables of the starting process that functions may see: which store, and the databases of the other store. */
const PASSED_ON = [
  'STORE',
  'LOG_LEVEL',
  'AUTH_DATABASE_URL',
  'INVENTORY_DATABASE_URL',
  'ORDERS_DATABASE_URL',
];

/** Where the local cloud keeps everything when this plugin starts it. */
export const cloudDataDir = (serviceDir: string): string => join(serviceDir, '.duet', 'cloud');

const portOf = (url: string | undefined, fallback: number): number =>
  url ? Number(new URL(url).port) : fallback;

/**
 * The ports to use: those of `AWS_ENDPOINT_URL_*` and `CLOUD_CONTROL_PORT` where they are set (the local cloud was
 * started by somebody else, on ports of their choice), else the project's usual ones.
 *
 * @param httpApi port of the HTTP API
 * @param lambda port of the Invoke API
 * @param env the starting process's environment
 */
export const localPorts = (httpApi: number, lambda: number, env: Env): LocalPorts => ({
  httpApi,
  lambda,
  dynamodb: portOf(env['AWS_ENDPOINT_URL_DYNAMODB'], 4010),
  sqs: portOf(env['AWS_ENDPOINT_URL_SQS'], 4011),
  s3: portOf(env['AWS_ENDPOINT_URL_S3'], 4012),
  control: Number(env['CLOUD_CONTROL_PORT'] ?? 4013),
});

/**
 * serverless.yml with every reference resolved to its local value.
 *
 * @param file path of serverless.yml
 * @param stage the stage, part of every name
 */
export const localTemplate = (file: string, stage: string, ports: LocalPorts, env: Env): Template =>
  loadTemplate({ file, stage, ports: { httpApi: ports.httpApi, sqs: ports.sqs }, env });

/**
 * What a function gets besides its own variables: the way to the local cloud, with a key of that cloud and never one of a
 * real account. It is the function's own key, with which the cloud lets it do what its role allows. It comes from the
 * operator's, which is in the environment where the cloud was started by somebody else, and in the cloud's own directory
 * where it was started here.
 *
 * @param template the local template
 * @param serviceDir directory of serverless.yml
 * @returns the environment of a function by its key
 */
export const makeFunctionEnvironment = (
  template: Template,
  serviceDir: string,
  ports: LocalPorts,
  env: Env,
): ((functionKey: string) => Readonly<Record<string, string>>) => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const isGiven = env['AWS_ENDPOINT_URL_DYNAMODB'] !== undefined && accessKeyId && secretAccessKey;
  const operator = isGiven ? { accessKeyId, secretAccessKey } : loadCredentials(cloudDataDir(serviceDir));
  const passed = Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  return (functionKey) => ({
    ...passed,
    ...cloudEnv(template.region, functionCredentials(operator, functionKey), ports),
    AWS_DEFAULT_REGION: template.region,
    AWS_SESSION_TOKEN: '',
  });
};
