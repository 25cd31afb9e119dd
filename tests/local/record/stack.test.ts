import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, sparing } from '../../../local/record/ask.ts';
import { makeLambdaRecord, secondsOf } from '../../../local/record/lambda.ts';
import { madeAt, recordOf } from '../../../local/record/outbox.ts';
import { queuesOf } from '../../../local/record/queues.ts';
import { run } from '../start-child.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const serve = async (answer: (url: string) => string | undefined): Promise<string> => {
  const server = createServer((req, res) => {
    const text = answer(req.url ?? '');
    if (text !== undefined) res.end(text);
    else res.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};

const line = (second: number, fn: string, more: Record<string, number>) =>
  JSON.stringify({
    ...{ second, function: fn, arrivals: 0, invocations: 0, concurrent: 0, coldStarts: 0 },
    ...{ throttles: 0, errors: 0, timeouts: 0, billedGbSeconds: 0, ...more },
  });

describe('the seconds of the Lambda runtime', () => {
  const lines = [
    line(99, 'a', { coldStarts: 7 }),
    line(100, 'a', { concurrent: 2, coldStarts: 1, invocations: 5, billedGbSeconds: 0.5 }),
    line(100, 'b', { concurrent: 3, throttles: 4, errors: 1, invocations: 6, billedGbSeconds: 0.25 }),
    line(102, 'a', { concurrent: 1 }),
  ].join('\n');

  it('When several functions did something, then they are added up, and a second without a line is one of zeros', () => {
    const zeros = { busy: 0, invocations: 0, coldStarts: 0, throttles: 0, errors: 0, billedGbSeconds: 0 };
    expect(secondsOf(lines, 100, 102)).toEqual([
      {
        second: 100,
        busy: 5,
        invocations: 11,
        coldStarts: 1,
        throttles: 4,
        errors: 1,
        billedGbSeconds: 0.75,
      },
      { second: 101, ...zeros },
    ]);
  });

  it('When it is asked time and again, then every second that is over is told once', async () => {
    const functions = JSON.stringify({
      functions: [
        { environments: 3, busy: 1 },
        { environments: 2, busy: 0 },
      ],
    });
    let isUp = true;
    const url = await serve((path) => {
      if (!isUp) return undefined;
      return path === '/functions' ? functions : lines;
    });
    let now = 101_000;
    const read = makeLambdaRecord(url, 100, () => now);
    expect(await read()).toMatchObject({
      environments: 5,
      busy: 1,
      seconds: [{ second: 100, coldStarts: 1 }],
    });
    now = 101_900;
    expect((await read())?.seconds).toEqual([]);
    isUp = false;
    now = 102_500;
    expect(await read()).toBeUndefined();
    isUp = true;
    now = 103_000;
    expect((await read())?.seconds.map(({ second }) => second)).toEqual([101, 102]);
  });
});

describe('the queues of the local cloud', () => {
  it('When dead letters lie beside them, then those are counted apart', () => {
    const queue = (name: string, visible: number, inFlight: number, delayed: number) => ({
      name,
      visible,
      inFlight,
      delayed,
    });
    const queues = [
      queue('duet-local-reserve-stock', 3, 2, 1),
      queue('duet-local-reserve-stock-dlq', 5, 0, 0),
    ];
    expect(queuesOf(JSON.stringify({ queues, pendingInvocations: 4 }))).toEqual({
      ...{ waiting: 4, inFlight: 2, dead: 5, pendingInvocations: 4 },
    });
  });
});

describe('the age of an outbox', () => {
  it('When the oldest event has an id of version 7, then its age is counted from the time in it', () => {
    const id = '018bcfe5-6800-7abc-8def-0123456789ab';
    expect(madeAt(id)).toBe(1_700_000_000_000);
    expect(recordOf('orders', 3, id, 1_700_000_002_500)).toEqual({
      context: 'orders',
      pending: 3,
      ageSeconds: 2.5,
    });
    expect(recordOf('orders', 0, undefined, 1_700_000_002_500).ageSeconds).toBe(0);
  });
});

describe('a question that must not disturb', () => {
  it('When an answer took long, then the last one is given again for so many times as long', async () => {
    let now = 0;
    let asked = 0;
    const question = sparing(
      async () => {
        now += 20;
        asked += 1;
        return asked;
      },
      100,
      () => now,
    );
    expect(await question()).toBe(1);
    now = 1_900;
    expect(await question()).toBe(1);
    now = 2_001;
    expect(await question()).toBe(2);
  });

  it('When nobody answers, or not with 200, then there is no answer', async () => {
    expect(await ask('http://127.0.0.1:9/')).toBeUndefined();
    expect(await ask(await serve(() => undefined))).toBeUndefined();
    expect(await ask(await serve(() => 'here'))).toBe('here');
  });
});

describe('node local/record.ts', () => {
  it('When nothing runs there, or an option is wrong, then it says so', async () => {
    const nothing = await run(process.execPath, ['local/record.ts', '--data', '/nonexistent']);
    expect(nothing).toMatchObject({ code: 1, out: expect.stringContaining('Nothing runs on /nonexistent') });
    const wrong = await run(process.execPath, ['local/record.ts', '--every', 'soon']);
    expect(wrong).toMatchObject({ code: 2, out: expect.stringContaining('--every is a number from 100') });
    expect((await run(process.execPath, ['local/record.ts', '--help'])).out).toContain('--data DIR');
  });
});
