import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { sqs } from './support/aws.ts';
import { THROTTLED } from './support/fake-runtime.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';
import { until } from './support/until.ts';

const RESIZE = 'shop-test-resize';
const NEVER = 'shop-test-never';
const FAILED = 'shop-test-failed';

let test: TestCloud;
afterEach(() => test.close());

const post = async (name: string, body: string, headers: Record<string, string> = {}) => {
  const url = `http://127.0.0.1:${test.cloud.ports.control}/invocations/${name}`;
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  await reply.arrayBuffer();
  return reply.status;
};

const failures = async () => {
  const QueueUrl = `http://127.0.0.1:${test.sqs.port}/000000000000/${FAILED}`;
  const { json } = await sqs(test.sqs, 'ReceiveMessage', { QueueUrl });
  return ((json['Messages'] ?? []) as { Body: string }[]).map(({ Body }) => JSON.parse(Body));
};
const failure = () => until('a record of the failure', async () => (await failures())[0]);

describe('Asynchronous invocations', () => {
  it('When a function fails, then it is tried twice more after the pauses, and its failure is recorded', async () => {
    const fails = () => {
      throw new Error('bad photo');
    };
    test = await startTestCloud({ [RESIZE]: fails }, { retryDelaysMs: [60, 150] });
    const requestId = randomUUID();
    expect(await post(RESIZE, '{"a":1}', { 'x-amzn-requestid': requestId })).toBe(202);
    expect(await failure()).toEqual({
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-/),
      requestContext: {
        requestId,
        functionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${RESIZE}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'Error: bad photo', trace: [] },
    });
    const [first = 0, second = 0, third = 0, ...more] = test.runtime.of(RESIZE).map(({ at }) => at);
    expect(more).toEqual([]);
    expect(second - first).toBeGreaterThanOrEqual(58);
    expect(third - second).toBeGreaterThanOrEqual(148);
  });

  it('When a function is throttled, then the event waits and is delivered later, without being counted as a failure', async () => {
    let calls = 0;
    const throttledOnce = () => {
      calls += 1;
      if (calls === 1) throw THROTTLED;
    };
    test = await startTestCloud({ [RESIZE]: throttledOnce });
    expect(await post(RESIZE, '{}')).toBe(202);
    await until('the second attempt', () => calls === 2);
    await until('nothing pending', () => test.cloud.pendingInvocations() === 0);
    const [first = 0, second = 0] = test.runtime.of(RESIZE).map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(990);
    expect(await failures()).toEqual([]);
  });

  it('When a function reserves no concurrency, then its event goes to the failure destination untried', async () => {
    test = await startTestCloud({ [NEVER]: () => null });
    expect(await post(NEVER, '"x"')).toBe(202);
    expect(await failure()).toMatchObject({
      requestContext: { approximateInvokeCount: 0 },
      requestPayload: 'x',
    });
    expect(test.runtime.of(NEVER)).toEqual([]);
  });

  it('When an event is no JSON, too large, of another type or of a stranger, then it is refused', async () => {
    test = await startTestCloud();
    expect(await post(RESIZE, '{')).toBe(400);
    expect(await post(RESIZE, JSON.stringify('x'.repeat(1_048_576)))).toBe(413);
    expect(await post(RESIZE, '{}', { 'content-type': 'text/plain' })).toBe(415);
    expect(await post('shop-test-stranger', '{}')).toBe(404);
    expect(test.cloud.pendingInvocations()).toBe(0);
  });
});
