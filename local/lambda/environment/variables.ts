import type { LambdaFunction } from '../types.ts';

/** What Lambda itself sets in an environment; a function's configuration may not name them. AWS: configuration-envvars. */
const RESERVED = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
];

/** Bytes of all names and values of a function's variables together. AWS: gettingstarted-limits. */
const MOST_BYTES = 4_096;

/**
 * Holds a function's variables to Lambda's rules, under which it would not be deployed otherwise. The variables that Lambda
 * sets, credentials among them, do not count.
 *
 * @throws Error naming the function and the variable
 */
export const assertVariables = ({ name, environment }: LambdaFunction): void => {
  let size = 0;
  for (const [key, value] of Object.entries(environment)) {
    if (RESERVED.includes(key)) continue;
    if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(key))
      throw new Error(
        `${name}: the environment variable ${key} is not of Lambda's pattern [A-Za-z][A-Za-z0-9_]+`,
      );
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > MOST_BYTES)
    throw new Error(
      `${name}: the environment variables take ${size} bytes; Lambda allows ${MOST_BYTES} together`,
    );
};

/** What an environment's variables depend on besides its function. */
export type VariablesOptions = {
  readonly region: string;
  /** 32 hexadecimal digits: the end of the log stream's name. */
  readonly id: string;
  /** The environment's own /tmp. */
  readonly tmp: string;
  readonly startedAt: Date;
};

/**
 * All variables of an execution environment: the function's own and those of Lambda, which win. The credentials are those
 * that the function brings along.
 */
export const variablesOf = (
  fn: LambdaFunction,
  { region, id, tmp, startedAt }: VariablesOptions,
): Record<string, string> => ({
  LANG: 'en_US.UTF-8',
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
  TZ: ':UTC',
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  ...fn.environment,
  TMPDIR: tmp,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: `${startedAt.toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${id}`,
  AWS_LAMBDA_LOG_FORMAT: fn.logFormat ?? 'Text',
  // Set as on Lambda, but nobody answers there: a function's process has a channel of its own instead.
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1',
  LAMBDA_TASK_ROOT: fn.root,
  LAMBDA_RUNTIME_DIR: import.meta.dirname,
  _HANDLER: fn.handler,
});
