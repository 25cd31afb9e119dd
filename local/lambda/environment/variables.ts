import type { LambdaFunction } from '../types.ts';

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
  // Nobody but root can give a process a /tmp of its own: what asks Node for the folder (os.tmpdir) gets this one
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
