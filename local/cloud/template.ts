/**
 * `serverless.yml` as the local cloud needs it: every table, queue, bucket, function and trigger, with each
 * variable and each CloudFormation reference resolved to the value it has on this machine.
 */
import { readFileSync } from 'node:fs';
import { type CorsSpec, readCors } from './template-cors.ts';
import { type FunctionSpec, readFunctions } from './template-functions.ts';
import { isRecord, makeResolver } from './template-intrinsics.ts';
import {
  type BucketSpec,
  type QueueSpec,
  readBuckets,
  readQueues,
  readTables,
  type TableSpec,
} from './template-resources.ts';
import { resolveVariables } from './template-variables.ts';
import { parseTemplate } from './template-yaml.ts';

/** Ports of this machine that values of the template contain: of queue URLs and of the HTTP API's address. */
type TemplatePorts = { readonly httpApi: number; readonly sqs: number };

/**
 * What `loadTemplate` reads. `file` is the path of a serverless.yml; `stage` is what `${sls:stage}` and `${opt:stage}`
 * give; `env` is what `${env:NAME}` reads; `ports` default to 4000 and 4011; `params` overrides `params:` of the file.
 */
export type LoadTemplateOptions = {
  readonly file: string;
  readonly stage: string;
  readonly ports?: Partial<TemplatePorts>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly params?: Readonly<Record<string, string>>;
};

/** The template with local values only: names, ARNs of account 000000000000, URLs of 127.0.0.1. */
export type Template = {
  readonly service: string;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  /** `http://127.0.0.1:<port>`, which stands in for the HTTP API's execute-api address. */
  readonly httpApiUrl: string;
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly buckets: readonly BucketSpec[];
  readonly functions: readonly FunctionSpec[];
  /** `provider.httpApi.cors`, where there is one. */
  readonly cors?: CorsSpec;
};

/** The account number of everything local, the one that the SQS emulator puts into its queue URLs. */
const LOCAL_ACCOUNT_ID = '000000000000';

/**
 * Reads a serverless.yml into a `Template`.
 *
 * `functions[].environment` is complete (provider-level, then function-level) and every value is a string, so it
 * can be handed to a process or put in place of what serverless-offline would pass (which leaves references
 * unresolved). Throws an Error that names the place in the file when something cannot be resolved.
 */
export const loadTemplate = (options: LoadTemplateOptions): Template => {
  const { file, stage } = options;
  const root = parseTemplate(readFileSync(file, 'utf8'), file);
  const variables = { root, stage, env: options.env ?? {}, params: options.params ?? {} };
  const section = (path: readonly string[]): unknown => resolveVariables(variables, path);

  const service = String(section(['service']));
  const region = String(section(['provider', 'region']) ?? 'us-east-1');
  const resources = mergeResources(section(['resources']));
  const functions = section(['functions']);
  const httpApiUrl = `http://127.0.0.1:${options.ports?.httpApi ?? 4000}`;
  const context = {
    file,
    service,
    stage,
    region,
    accountId: LOCAL_ACCOUNT_ID,
    httpApiUrl,
    sqsUrl: `http://127.0.0.1:${options.ports?.sqs ?? 4011}`,
    resources: resources.resources,
    conditions: resources.conditions,
    functions: isRecord(functions) ? functions : {},
  };
  const resolve = makeResolver(context);
  const queues = readQueues(context, resolve);
  const provider = {
    environment: section(['provider', 'environment']),
    timeout: section(['provider', 'timeout']),
    memorySize: section(['provider', 'memorySize']),
    logs: section(['provider', 'logs']),
    s3: section(['provider', 's3']),
    role: {
      statements:
        section(['provider', 'iam', 'role', 'statements']) ?? section(['provider', 'iamRoleStatements']),
      inherited: section(['custom', 'serverless-iam-roles-per-function', 'defaultInherit']) === true,
    },
  };
  const buckets = readBuckets(context, resolve, provider.s3);
  const read = readFunctions(context, resolve, provider, queues, buckets);
  const cors = readCors(section(['provider', 'httpApi', 'cors']), read);
  return {
    service,
    stage,
    region,
    accountId: LOCAL_ACCOUNT_ID,
    httpApiUrl,
    tables: readTables(context, resolve),
    queues,
    buckets,
    functions: read,
    ...(cors && { cors }),
  };
};

/** `resources:` is one CloudFormation template or a list of them. */
const mergeResources = (value: unknown) => {
  const merged = { resources: {}, conditions: {} };
  for (const part of Array.isArray(value) ? value : [value]) {
    if (!isRecord(part)) continue;
    Object.assign(merged.resources, part['Resources'] ?? {});
    Object.assign(merged.conditions, part['Conditions'] ?? {});
  }
  return merged;
};
