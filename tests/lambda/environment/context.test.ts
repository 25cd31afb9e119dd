import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, invocation, type Lab, openLab } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

describe('The context of an invocation', () => {
  it('C01: When time passes, then what remains shrinks from the timeout', async () => {
    const environment = lab.open(
      `exports.handler = async (event, context) => {
        const first = context.getRemainingTimeInMillis();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return [first, context.getRemainingTimeInMillis()];
      };`,
    );
    const [first = 0, second = 0] = (await answerOf(environment)) as number[];
    expect(first).toBeLessThanOrEqual(3_000);
    expect(first).toBeGreaterThan(2_500);
    expect(first - second).toBeGreaterThanOrEqual(19);
    expect(Number.isInteger(first)).toBe(true);
  });

  it('C02: When a handler looks, then it finds what Lambda documents, and no more', async () => {
    const environment = lab.open(
      'exports.handler = async (event, context) => ({ ...context, keys: Object.keys(context) });',
    );
    const given = invocation(
      {},
      {
        clientContext: '{"custom":{"a":1}}',
        identity: '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
      },
    );
    const { outcome } = await environment.invoke(given);
    const { keys, ...context } = JSON.parse(outcome.ok ? outcome.payload : '{}');
    expect(context).toEqual({
      functionName: expect.stringMatching(/^fixture-\d+$/),
      functionVersion: '$LATEST',
      invokedFunctionArn: given.invokedArn,
      memoryLimitInMB: '512',
      awsRequestId: given.requestId,
      logGroupName: expect.stringMatching(/^\/aws\/lambda\/fixture-\d+$/),
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      xRayTraceId: given.traceId,
      clientContext: { custom: { a: 1 } },
      identity: { cognitoIdentityId: 'i', cognitoIdentityPoolId: 'p' },
    });
    expect(context.logStreamName).toContain(environment.id);
    expect(keys).toContain('getRemainingTimeInMillis');
    for (const gone of ['succeed', 'fail', 'done', 'callbackWaitsForEmptyEventLoop'])
      expect(keys).not.toContain(gone);
  });

  it('C03: When the promise resolves, then the answer does not wait for what else is to do', async () => {
    const environment = lab.open(
      'exports.handler = async () => { setTimeout(() => {}, 60_000); return 1; };',
    );
    const result = await environment.invoke(invocation());
    expect(result.durationMs).toBeLessThan(1_000);
  });

  it('When an SDK asks for the request, then it is told', async () => {
    const environment = lab.open(
      'const { InvokeStore } = globalThis.awslambda; const early = InvokeStore.getRequestId(); exports.handler = async () => [early, InvokeStore.getRequestId(), InvokeStore.getXRayTraceId()];',
    );
    const given = invocation();
    const { outcome } = await environment.invoke(given);
    expect(outcome).toEqual({ ok: true, payload: JSON.stringify(['-', given.requestId, given.traceId]) });
  });
});

describe('The variables of an environment', () => {
  it("V01: When a function runs, then Lambda's own are set and win over its own", async () => {
    const environment = lab.open('exports.handler = async () => process.env;', {
      environment: {
        AWS_REGION: 'mine',
        _HANDLER: 'mine',
        AWS_ACCESS_KEY_ID: 'AKIA',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'token',
      },
    });
    const env = (await answerOf(environment)) as Record<string, string>;
    const name = env['AWS_LAMBDA_FUNCTION_NAME'];
    expect(env).toMatchObject({
      _HANDLER: 'index.handler',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: expect.stringMatching(/^fixture-/),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringContaining(environment.id),
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      LAMBDA_TASK_ROOT: expect.stringContaining(String(name)),
      TZ: ':UTC',
    });
  });

  it('V01: When a function runs, then nothing of our own environment gets in, and its folder is the current one', async () => {
    const environment = lab.open(
      'exports.handler = async () => [Object.keys(process.env), process.cwd(), process.env.LAMBDA_TASK_ROOT, new Date().getTimezoneOffset()];',
    );
    const [names, cwd, root, offset] = (await answerOf(environment)) as [string[], string, string, number];
    for (const ours of ['HOME', 'VITEST', 'NODE_ENV', 'npm_config_user_agent', 'PWD'])
      expect(names).not.toContain(ours);
    expect([cwd, offset]).toEqual([root, 0]);
  });

  it('V02: When a value looks like more, then it stays as it is', async () => {
    const values = { A1: '$HOME', B2: '$(id) `id` %PATH%', C_3: ' "quoted"\\n\ttext ü ', D4: '' };
    const environment = lab.open('exports.handler = async () => process.env;', { environment: values });
    expect(await answerOf(environment)).toMatchObject(values);
  });

  it('V03: When invocations follow each other, then each has its own trace id', async () => {
    const environment = lab.open('exports.handler = async () => process.env._X_AMZN_TRACE_ID ?? null;');
    const ids = ['Root=1-a;Sampled=1', 'Root=1-b;Sampled=0', ''];
    const seen = [];
    for (const traceId of ids) seen.push((await environment.invoke(invocation({}, { traceId }))).outcome);
    expect(seen).toEqual([ids[0], ids[1], null].map((id) => ({ ok: true, payload: JSON.stringify(id) })));
  });
});
