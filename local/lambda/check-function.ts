import type { FunctionSpec } from '../cloud/template-functions.ts';

/** Variables that Lambda sets itself (developer guide, "Reserved environment variables"). Credentials come from the role. */
const RESERVED = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);
const NAME = /^[A-Za-z][A-Za-z0-9_]+$/;
/** All variables together, names and values, in bytes. */
const MAX_ENVIRONMENT = 4_096;

const within = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;

/**
 * Refuses a function that AWS would not deploy, so that nobody builds on what will not be.
 * Sources: Lambda developer guide, "Configure Lambda function timeout", "Configure Lambda function memory", "Working with
 * Lambda environment variables"; API reference, "UpdateFunctionEventInvokeConfig".
 *
 * @throws Error naming function and setting
 */
export const checkFunction = (spec: FunctionSpec): void => {
  const fail = (what: string): never => {
    throw new Error(`functions.${spec.key}: ${what}`);
  };
  if (!within(spec.timeout, 1, 900)) fail(`timeout is 1 to 900 s, not ${spec.timeout}`);
  if (!within(spec.memorySize, 128, 10_240)) fail(`memorySize is 128 to 10240 MB, not ${spec.memorySize}`);
  if (!within(spec.reservedConcurrency ?? 0, 0, Number.MAX_SAFE_INTEGER))
    fail(`reservedConcurrency is a whole number, not ${spec.reservedConcurrency}`);
  if (!within(spec.retries, 0, 2)) fail(`maximumRetryAttempts is 0 to 2, not ${spec.retries}`);
  if (!within(spec.maximumAge, 60, 21_600)) fail(`maximumEventAge is 60 to 21600 s, not ${spec.maximumAge}`);
  const variables = Object.entries(spec.environment);
  for (const [name] of variables) {
    if (RESERVED.has(name)) fail(`the variable ${name} is reserved by Lambda`);
    if (!NAME.test(name)) fail(`the variable ${name} needs a name of letters, digits and _, a letter first`);
  }
  const size = variables.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > MAX_ENVIRONMENT)
    fail(`the variables take ${size} bytes together, and ${MAX_ENVIRONMENT} are allowed`);
};
