import assert from 'node:assert/strict';
import { assertWithin, type Check, resultOf } from './check.ts';

type Seen = Readonly<Record<string, unknown>> & {
  readonly names: readonly string[];
  readonly first: number;
  readonly second: number;
  readonly deadlineMs: number;
};

const remainingTime: Check = async ({ invoke }) => {
  resultOf(await invoke('c01'));
  const from = Date.now();
  const { first, second, deadlineMs } = resultOf<Seen>(await invoke('c01'));
  assertWithin('remaining at first, of 5 s', first, 4_000, 5_000);
  assertWithin('less after 100 ms', first - second, 90, 1_000);
  assertWithin('deadline after the call', deadlineMs - from, 4_900, 6_000);
};

const properties: Check = async ({ invoke, functionName, output }) => {
  const clientContext = { client: { app_title: 'conformance' }, custom: { a: '1' }, env: { locale: 'de' } };
  const header = Buffer.from(JSON.stringify(clientContext)).toString('base64');
  const seen = resultOf<Seen>(await invoke('c02', {}, { headers: { 'x-amz-client-context': header } }));
  const name = functionName('c02');
  assert.equal(seen['functionName'], name);
  assert.equal(seen['functionVersion'], '$LATEST');
  assert.match(
    String(seen['invokedFunctionArn']),
    new RegExp(`^arn:aws:lambda:eu-central-1:\\d{12}:function:${name}$`),
  );
  assert.strictEqual(seen['memoryLimitInMB'], '192');
  assert.match(String(seen['awsRequestId']), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.ok(output().includes(`RequestId: ${seen['awsRequestId']}`), 'the log does not name the request');
  assert.equal(seen['logGroupName'], `/aws/lambda/${name}`);
  assert.match(String(seen['logStreamName']), /^\d{4}\/\d{2}\/\d{2}\/\[\$LATEST\][0-9a-f]{32}$/);
  assert.deepEqual(seen['clientContext'], clientContext);
  assert.ok(seen.names.includes('identity'), 'no identity');
  for (const old of ['succeed', 'fail', 'done'])
    assert.ok(!seen.names.includes(old), `context.${old} is there`);
};

const answersWhenResolved: Check = async ({ invoke }) => {
  const { names } = resultOf<Seen>(await invoke('c02'));
  assert.ok(
    !names.includes('callbackWaitsForEmptyEventLoop'),
    'context.callbackWaitsForEmptyEventLoop is there',
  );
  resultOf(await invoke('c03'));
  const from = performance.now();
  assert.equal(resultOf(await invoke('c03')), 'done');
  assertWithin('ms with a timer of 5 s left behind', performance.now() - from, 0, 2_000);
};

type Variables = Readonly<Record<string, string>>;

const reservedVariables: Check = async ({ invoke, functionName, refuses, another }) => {
  const env = resultOf<Variables>(await invoke('v01'));
  const name = functionName('v01');
  const exact = {
    _HANDLER: 'handlers.environment',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '192',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  };
  for (const [variable, value] of Object.entries(exact)) assert.equal(env[variable], value, variable);
  assert.match(env['AWS_EXECUTION_ENV'] ?? '', /^AWS_Lambda_nodejs24\.x$/, 'AWS_EXECUTION_ENV');
  assert.match(
    env['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '',
    /\[\$LATEST\][0-9a-f]{32}$/,
    'AWS_LAMBDA_LOG_STREAM_NAME',
  );
  for (const variable of [
    '_X_AMZN_TRACE_ID',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_LAMBDA_RUNTIME_API',
    'LAMBDA_TASK_ROOT',
  ]) {
    assert.ok(env[variable], `${variable} is not set`);
  }
  // Reserved: AWS refuses the deployment. Whoever takes it has to keep the value at least.
  if ((await refuses('refused-reserved-variable.yml')) !== undefined) return;
  const runtime = await another({ config: 'refused-reserved-variable.yml' });
  const taken = resultOf<Variables>(await runtime.invoke('reserved'));
  assert.equal(taken['AWS_LAMBDA_FUNCTION_VERSION'], '$LATEST', 'a reserved variable can be set');
};

const variables: Check = async ({ invoke, refuses }) => {
  const env = resultOf<Variables>(await invoke('v02'));
  assert.equal(env['LITERAL'], '$HOME `id` \\n %PATH% "quoted" ~ * \\\\ end');
  assert.equal(env['Mixed_1'], 'x');
  for (const config of ['refused-variable-name.yml', 'refused-variable-size.yml']) {
    assert.notEqual(await refuses(config), undefined, `${config} is taken`);
  }
};

const traceIds: Check = async ({ invoke }) => {
  const ids: unknown[] = [];
  for (let n = 0; n < 3; n += 1) ids.push(resultOf<Variables>(await invoke('v03'))['_X_AMZN_TRACE_ID']);
  for (const id of ids) assert.match(String(id), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;|$)/);
  assert.equal(new Set(ids).size, 3, 'the trace id stays the same');
};

/** The context object and the environment's variables. */
export const contextChecks = {
  C01: remainingTime,
  C02: properties,
  C03: answersWhenResolved,
  V01: reservedVariables,
  V02: variables,
  V03: traceIds,
} satisfies Record<string, Check>;
