/** What serverless-offline gets wrong by itself, with a really started `serverless offline`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Offline, startOffline } from './start-offline.ts';

let offline: Offline;

beforeAll(async () => {
  offline = await startOffline();
});
afterAll(() => offline.stop());

const get = async (path: string) => {
  const reply = await fetch(offline.api + path);
  return { status: reply.status, text: await reply.text(), type: reply.headers.get('content-type') };
};

const invoke = async (name: string, headers: Record<string, string> = {}, body = '{}') => {
  const url = `${offline.lambda}/2015-03-31/functions/faults-test-${name}/invocations`;
  const type = { 'content-type': 'application/json' };
  const reply = await fetch(url, { method: 'POST', headers: { ...type, ...headers }, body });
  const text = await reply.text();
  const functionError = reply.headers.get('x-amz-function-error');
  return { status: reply.status, functionError, text, json: text === '' ? undefined : JSON.parse(text) };
};

const FAULTS = [
  ['/throws', 'a handler throws'],
  ['/throws-text', 'a handler throws what is no Error'],
  ['/throws-in-timer', 'something throws in a timer'],
  ['/rejects-in-timer', 'nobody handles a rejection'],
  ['/exits', 'a handler ends its process'],
  ['/exhausts', 'a handler fills its memory'],
  ['/hangs', 'a handler never ends'],
  ['/spins', 'a handler never lets go of its thread'],
  ['/cannot-load', 'a module cannot be loaded'],
  ['/nonsense', 'a reply has no status'],
] as const;

describe('the HTTP API', () => {
  it.each(FAULTS)(
    'GET %s: When %s, then the answer is an opaque 500 and the next request is served',
    async (path) => {
      expect(await get(path)).toEqual({
        status: 500,
        text: '{"message":"Internal Server Error"}',
        type: 'application/json',
      });
      // The environment that died is replaced: the same function fails again, and does not hang
      expect((await get(path)).status).toBe(500);
      expect((await get('/ok')).status).toBe(200);
      expect(offline.child.exitCode).toBeNull();
    },
  );

  it('When an environment dies after its reply, then the reply stands and the next request has a new environment', async () => {
    const before = offline.output().split('after the reply').length;
    expect(await get('/crashes-later')).toMatchObject({ status: 200, text: 'fine' });
    const end = Date.now() + 5_000;
    while (offline.output().split('after the reply').length === before && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await get('/crashes-later')).toMatchObject({ status: 200, text: 'fine' });
  });

  it('When requests follow one another, then they meet the same warm environment', async () => {
    const counts = [await get('/counts'), await get('/counts'), await get('/counts')];
    expect(counts.map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  it('When 50 requests come at once, then all are served, and no environment serves two at a time', async () => {
    const startedAt = Date.now();
    const replies = await Promise.all(Array.from({ length: 50 }, () => get('/slow')));
    expect(replies.map(({ status }) => status)).toEqual(Array(50).fill(200));
    // 8 environments of 300 ms each: less would mean that requests shared one
    expect(Date.now() - startedAt).toBeGreaterThan(6 * 300);
  });
});

describe('the Invoke API', () => {
  it('When a function throws, then it answers 200 with FunctionError and the error as Lambda tells it', async () => {
    const { status, functionError, json } = await invoke('throws');
    expect({ status, functionError }).toEqual({ status: 200, functionError: 'Unhandled' });
    expect(json).toMatchObject({ errorType: 'TypeError', errorMessage: 'boom' });
    expect(json.trace[0]).toBe('TypeError: boom');
  });

  it.each([
    ['throwsText', { errorType: 'string', errorMessage: 'plain', trace: [] }],
    ['exits', { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 3$/) }],
    [
      'throwsInTimer',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 1$/) },
    ],
    [
      'rejectsInTimer',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 1$/) },
    ],
    [
      'hangs',
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/timed out after 1\.00 seconds$/),
      },
    ],
    [
      'spins',
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/timed out after 1\.00 seconds$/),
      },
    ],
    ['cannotLoad', { errorType: 'RangeError', errorMessage: 'init bad' }],
  ])('When %s is invoked, then it answers 200 with that error', async (name, error) => {
    const { status, functionError, json } = await invoke(name);
    expect({ status, functionError }).toEqual({ status: 200, functionError: 'Unhandled' });
    expect(json).toMatchObject(error);
  });

  it.each(['throws', 'throwsInTimer', 'hangs', 'exits'])(
    'When %s is invoked as an event, then it answers 202 and the process lives on',
    async (name) => {
      expect(await invoke(name, { 'x-amz-invocation-type': 'Event' })).toMatchObject({
        status: 202,
        text: '',
      });
      expect(await invoke(name)).toMatchObject({ status: 200, functionError: 'Unhandled' });
      expect(offline.child.exitCode).toBeNull();
    },
  );

  it('When a result is a text with quotes, or nothing, then it answers with its JSON', async () => {
    expect((await invoke('saysQuoted')).text).toBe('"a \\"quoted\\" word"');
    expect((await invoke('saysNothing')).text).toBe('null');
  });

  it('When a call is wrong, then it is refused as Lambda does', async () => {
    expect((await invoke('nobody')).status).toBe(404);
    expect((await invoke('ok', {}, '{')).status).toBe(400);
    expect(await invoke('throws', { 'x-amz-invocation-type': 'DryRun' })).toMatchObject({
      status: 204,
      text: '',
    });
  });
});
