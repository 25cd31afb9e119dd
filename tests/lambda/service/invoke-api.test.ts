import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { call } from '../support/call.ts';
import { type Doors, functionError, openDoors } from './start-doors.ts';

const ARN = 'arn:aws:lambda:eu-central-1:000000000000:function:shop-test-echo';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors({
    echo: { run: (event, invocation) => ({ event, invocation }) },
    fails: {
      run: () => {
        throw functionError({ errorType: 'TypeError', errorMessage: 'boom', trace: ['TypeError: boom'] });
      },
    },
    none: { run: () => null, reservedConcurrency: 0 },
  });
});
afterAll(() => doors.close());

const invoke = (
  name: string,
  body: string | Buffer = '{}',
  headers: Record<string, string> = {},
  method = 'POST',
) => call(`${doors.invoke}/2015-03-31/functions/${name}/invocations`, { method, headers, body });

type Echo = { event: unknown; invocation: Record<string, string> };

describe('Invoke, RequestResponse', () => {
  it('When a function succeeds, then the answer is 200 with its JSON and the version', async () => {
    const answer = await invoke('shop-test-echo', '{"a":"é"}');
    expect(answer.status).toBe(200);
    expect(answer.headers['x-amz-executed-version']).toBe('$LATEST');
    expect(answer.headers['x-amzn-requestid']).toMatch(UUID);
    expect(answer.headers).not.toHaveProperty('x-amz-function-error');
    expect(answer.headers).not.toHaveProperty('x-amz-log-result');
    const { event, invocation } = answer.json as Echo;
    expect(event).toEqual({ a: 'é' });
    expect(invocation['requestId']).toBe(answer.headers['x-amzn-requestid']);
    expect(invocation['traceId']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
  });

  it('When a function fails, then the answer is 200 with FunctionError and the error', async () => {
    const answer = await invoke('shop-test-fails');
    expect([answer.status, answer.headers['x-amz-function-error']]).toEqual([200, 'Unhandled']);
    expect(answer.json).toEqual({ errorType: 'TypeError', errorMessage: 'boom', trace: ['TypeError: boom'] });
  });

  it('When the log is asked for, then its end comes in base64', async () => {
    const answer = await invoke('shop-test-echo', '{}', { 'x-amz-log-type': 'Tail' });
    const result = String(answer.headers['x-amz-log-result']);
    expect(Buffer.from(result, 'base64').toString()).toBe('START\nEND');
  });

  it.each([
    ['shop-test-echo', ARN],
    ['shop-test-echo:$LATEST', `${ARN}:$LATEST`],
    [ARN, ARN],
    [`${ARN}:$LATEST`, `${ARN}:$LATEST`],
    ['000000000000:function:shop-test-echo', ARN],
    ['function:shop-test-echo', ARN],
  ])('When it is called %s, then it is found, and sees the name %s', async (name, arn) => {
    const answer = await invoke(encodeURIComponent(name));
    expect((answer.json as Echo).invocation['invokedArn']).toBe(arn);
  });

  it('When there is a client context, then the function gets it; when it is no JSON, then it is refused', async () => {
    const context = (text: string) => ({ 'x-amz-client-context': Buffer.from(text).toString('base64') });
    const answer = await invoke('shop-test-echo', '{}', context('{"custom":{"a":1}}'));
    expect((answer.json as Echo).invocation['clientContext']).toBe('{"custom":{"a":1}}');
    expect((await invoke('shop-test-echo', '{}', context('{'))).status).toBe(400);
  });

  it('When there is no payload, then the event is an empty object', async () => {
    expect(((await invoke('shop-test-echo', '')).json as Echo).event).toEqual({});
  });

  it('When a caller gives an id or a trace, then the function sees them', async () => {
    const requestId = '0b6c7f0e-1b1a-4c7c-9f0e-000000000001';
    const headers = { 'x-amzn-requestid': requestId, 'x-amzn-trace-id': 'Root=1-a-b' };
    const { invocation } = (await invoke('shop-test-echo', '{}', headers)).json as Echo;
    expect(invocation).toMatchObject({ requestId, traceId: 'Root=1-a-b' });
  });
});

describe('Invoke, refusals', () => {
  const refused = async (answer: ReturnType<typeof invoke>) => {
    const { status, headers, json } = await answer;
    return [status, headers['x-amzn-errortype'], (json as { Type?: string }).Type];
  };

  it('When the payload is no JSON, of another type, or the function not there, then each has its error', async () => {
    expect(await refused(invoke('shop-test-echo', '{'))).toEqual([
      400,
      'InvalidRequestContentException',
      'User',
    ]);
    expect(await refused(invoke('shop-test-echo', '{}', { 'content-type': 'text/plain' }))).toEqual([
      415,
      'UnsupportedMediaTypeException',
      'User',
    ]);
    for (const name of ['nobody', '%ZZ', 'shop-test-echo:1', 'shop-test-echo:live']) {
      expect(await refused(invoke(name))).toEqual([404, 'ResourceNotFoundException', 'User']);
    }
    expect(
      (await invoke('shop-test-echo', '{}', { 'content-type': 'application/octet-stream' })).status,
    ).toBe(200);
    expect((await invoke('shop-test-echo', '', {}, 'GET')).status).toBe(404);
    expect((await invoke('shop-test-echo', '{}', { 'x-amz-invocation-type': 'Later' })).status).toBe(400);
  });

  it('When a web page calls, by its own name or by one that leads here, then it is refused', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { host: 'evil.example:4002' }]) {
      expect(await refused(invoke('shop-test-echo', '{}', headers))).toEqual([
        403,
        'AccessDeniedException',
        'User',
      ]);
    }
    expect((await invoke('shop-test-echo', '{}', { host: 'localhost:4002' })).status).toBe(200);
  });

  it('When the payload has the very limit, then it is taken, and a byte more is not', async () => {
    const text = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    expect((await invoke('shop-test-fails', text(6_291_456))).status).toBe(200);
    expect(await refused(invoke('shop-test-fails', text(6_291_457)))).toEqual([
      413,
      'RequestTooLargeException',
      'User',
    ]);
    const event = { 'x-amz-invocation-type': 'Event' };
    expect((await invoke('shop-test-fails', text(1_048_576), event)).status).toBe(202);
    expect((await invoke('shop-test-fails', text(1_048_577), event)).status).toBe(413);
  });

  it('When the function is throttled, then it is 429 with the reason', async () => {
    const answer = await invoke('shop-test-none');
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([429, 'TooManyRequestsException']);
    expect(answer.json).toEqual({
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      Type: 'User',
      message: 'Rate Exceeded.',
    });
  });
});

describe('Invoke, Event and DryRun', () => {
  it('When it is an event, then it is 202 once it is forwarded, with its id, and nothing has run', async () => {
    const answer = await invoke('shop-test-none', '{"b":2}', { 'x-amz-invocation-type': 'Event' });
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect(doors.forwarded.at(-1)).toEqual({
      name: 'shop-test-none',
      payload: '{"b":2}',
      requestId: answer.headers['x-amzn-requestid'],
    });
  });

  it('When an event cannot be forwarded, then it is a service error and no false promise', async () => {
    const away = await openDoors({ echo: { run: () => null } }, { forwards: false });
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const url = `${away.invoke}/2015-03-31/functions/shop-test-echo/invocations`;
    const headers = { 'x-amz-invocation-type': 'Event' };
    const answer = await call(url, { method: 'POST', headers, body: '{}' });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([500, 'ServiceException']);
    expect(answer.text).not.toContain('away');
    expect(said.mock.calls.join()).toContain('the cloud is away');
    said.mockRestore();
    await away.close();
  });

  it('When it is a dry run, then it is 204 and nothing has run, and a wrong call is refused all the same', async () => {
    const dry = { 'x-amz-invocation-type': 'DryRun' };
    const answer = await invoke('shop-test-none', '{}', dry);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await invoke('nobody', '{}', dry)).status).toBe(404);
    expect((await invoke('shop-test-echo', '{', dry)).status).toBe(400);
  });
});
