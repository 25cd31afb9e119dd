import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvocationResult, LambdaFunction } from '../../../local/lambda/types.ts';
import { until } from '../../support/until.ts';
import { answerOf, errorOf, invocation, type Lab, lives, openLab, untilGone } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

/** Invokes a handler of this body once. */
const run = async (body: string, settings: Partial<LambdaFunction> = {}): Promise<InvocationResult> => {
  const environment = lab.open(
    `const fs = require('node:fs'); exports.handler = async (event, context) => { ${body} };`,
    settings,
  );
  const result = await environment.invoke(invocation());
  await environment.stop();
  return result;
};

/** The words of an environment that ended. */
const exited = (words: string) => ({
  errorType: 'Runtime.ExitError',
  errorMessage: expect.stringMatching(
    new RegExp(`^RequestId: [0-9a-f-]{36} Error: Runtime exited ${words}$`),
  ),
});

describe('What a handler throws', () => {
  it('E01: When it is an error, then its name, message and trace are the answer', async () => {
    const result = await run('throw new TypeError("boom");');
    expect(result.status).toBe('error');
    expect(errorOf(result)).toEqual({
      errorType: 'TypeError',
      errorMessage: 'boom',
      trace: [
        'TypeError: boom',
        expect.stringMatching(/^ {4}at .*index\.cjs/),
        ...Array(2).fill(expect.any(String)),
      ],
    });
  });

  it.each([
    ['throw "plain";', 'string', 'plain'],
    ['throw { a: 1 };', 'object', '[object Object]'],
    ['throw undefined;', 'undefined', 'undefined'],
  ])('E02: When it is %s, then its type is %s', async (body, errorType, errorMessage) => {
    expect(errorOf(await run(body))).toEqual({ errorType, errorMessage, trace: [] });
  });

  it('E02: When it cannot even be turned into a text, then the runtime client ends', async () => {
    const error = errorOf(await run('throw { toString() { throw new Error("worse"); } };'));
    expect(error).toEqual(exited('with error: exit status 1'));
  });

  it('E02: When an error has a name of its own, then that is the type', async () => {
    const body = 'throw Object.assign(new Error("gone"), { name: "NotFound" });';
    expect(errorOf(await run(body))).toMatchObject({ errorType: 'NotFound', errorMessage: 'gone' });
  });
});

describe('What a handler returns', () => {
  it.each([
    ['const a = {}; a.a = a; return a;'],
    ['return 1n;'],
    ['return { toJSON() { throw new Error("no"); } };'],
  ])('E03: When it is no JSON (%s), then it is Runtime.JSONStringifyError', async (body) => {
    expect(errorOf(await run(body))).toMatchObject({
      errorType: 'Runtime.JSONStringifyError',
      errorMessage: 'Unable to stringify response body',
    });
  });

  it.each([
    ['', 'null'],
    ['return Number.NaN;', 'null'],
    ['return { a: undefined, b: "ü" };', '{"b":"ü"}'],
    ['return "text";', '"text"'],
  ])('E03: When it is "%s", then the answer is %s', async (body, payload) => {
    expect((await run(body)).outcome).toEqual({ ok: true, payload });
  });

  it('E03: When the handler is no async function, then what it returns is the answer', async () => {
    expect(await answerOf(lab.open('exports.handler = () => 5;'))).toBe(5);
  });

  it('R03: When it is larger than Lambda takes, then it fails, and the environment goes on', async () => {
    const environment = lab.open('exports.handler = async ({ n }) => "x".repeat(n);');
    const limit = 6_291_556;
    const largest = await environment.invoke(invocation({ n: limit - 2 }));
    expect(largest.outcome.ok && largest.outcome.payload.length).toBe(limit);
    const larger = await environment.invoke(invocation({ n: limit - 1 }));
    expect(errorOf(larger)).toEqual({
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      errorType: 'Function.ResponseSizeTooLarge',
    });
    expect(larger.environmentLost).toBe(false);
    expect(await answerOf(environment, { n: 1 })).toBe('x');
  });

  it('R03: When it counts fewer characters than bytes, then the bytes count', async () => {
    const result = await run('return "ü".repeat(3_200_000);');
    expect(errorOf(result).errorType).toBe('Function.ResponseSizeTooLarge');
  });
});

describe('A process that ends', () => {
  it.each([
    ['process.exit(3);', 'with error: exit status 3'],
    ['process.exit();', 'without providing a reason'],
    [
      'process.kill(process.pid, "SIGSEGV"); await new Promise((resolve) => setTimeout(resolve, 1000));',
      'with error: signal: segmentation fault',
    ],
    ['process.abort();', 'with error: signal: aborted'],
  ])('E04: When a handler runs %s, then it is Runtime.ExitError %s, at once', async (body, words) => {
    const result = await run(body);
    expect(errorOf(result)).toEqual(exited(words));
    expect(result).toMatchObject({ status: 'error', environmentLost: false });
    expect(result.durationMs).toBeLessThan(1_500);
  });

  it.each([
    [
      'setTimeout(() => { throw new Error("late"); }, 1); await new Promise((resolve) => setTimeout(resolve, 1000));',
    ],
    ['void Promise.reject(new Error("late")); await new Promise((resolve) => setTimeout(resolve, 1000));'],
  ])('E05: When nobody catches (%s), then it is exit status 1', async (body) => {
    const result = await run(body);
    expect(errorOf(result)).toEqual(exited('with error: exit status 1'));
    expect(result.logTail).toContain('Error: late');
  });

  it('E06: When a promise never settles and nothing else is to do, then it ended without a reason', async () => {
    expect(errorOf(await run('await new Promise(() => {});'))).toEqual(exited('without providing a reason'));
  });
});

describe('A hostile handler', () => {
  it('When it closes its standard streams, then it answers and logs as ever', async () => {
    const result = await run(
      'for (const fd of [0, 1, 2]) fs.closeSync(fd); console.log("still here"); return 1;',
    );
    expect(result.outcome).toEqual({ ok: true, payload: '1' });
    expect(result.logTail).toContain('INFO\tstill here');
  });

  it('When it closes the channel that it answers on, then it ends at once and its environment comes up again', async () => {
    const environment = lab.open(
      'exports.handler = async ({ shut }) => { if (shut) { require("node:fs").closeSync(4); await new Promise((resolve) => setTimeout(resolve, 60_000)); } return 1; };',
    );
    const result = await environment.invoke(invocation({ shut: true }));
    expect(errorOf(result).errorType).toBe('Runtime.ExitError');
    expect(result.durationMs).toBeLessThan(1_500);
    expect(await answerOf(environment)).toBe(1);
  });

  it('When it closes the channel that it is invoked on, then it answers, and its environment comes up again', async () => {
    const environment = lab.open(
      'exports.handler = async ({ shut }) => { if (shut) require("node:fs").closeSync(3); return process.pid; };',
    );
    const first = await answerOf(environment, { shut: true });
    await until('its process has ended', async () => (environment.pid === undefined ? true : undefined));
    expect(await answerOf(environment)).not.toBe(first);
  });

  it.each([
    ['fs.writeSync(4, "no frame at all, but a text that is long enough");'],
    ['fs.writeSync(4, Buffer.from([0, 0, 0, 6, 99, 0, 0, 0, 0, 0]));'],
    ['fs.writeSync(4, Buffer.from([0, 0, 0, 1, 3]));'],
    ['fs.writeSync(4, Buffer.from([0, 0, 0, 0]));'],
  ])('When it writes rubbish into the channel (%s), then only its environment ends', async (body) => {
    const result = await run(`${body} await new Promise((resolve) => setTimeout(resolve, 60_000));`);
    expect(errorOf(result).errorType).toBe('Runtime.ExitError');
  });

  it('When it writes where it is invoked, then it cannot', async () => {
    expect(errorOf(await run('fs.writeSync(3, "an invocation");')).errorMessage).toContain('EBADF');
  });

  it('When it forges an error, then that cannot break the runtime', async () => {
    const result = await run(
      'fs.writeSync(4, Buffer.from([0, 0, 0, 2, 2, 123])); fs.writeSync(4, Buffer.from([0, 0, 0, 10, 4, 0, 0, 0, 0, 0, 0, 0, 0, 123]));',
    );
    expect(errorOf(result).errorMessage).toBe('The function sent an error that cannot be read');
  });

  it('When it prints without an end, then it times out like any other', async () => {
    const result = await run('for (;;) process.stdout.write("y".repeat(100_000));', { timeoutMs: 300 });
    expect(result.status).toBe('timeout');
    expect(Buffer.byteLength(result.logTail)).toBeLessThanOrEqual(4_096);
    expect(result.logTail).toMatch(/REPORT .*Status: timeout\n$/);
    lab.logs.splice(0);
  });

  it('When it replaces what the runtime uses, then it still answers', async () => {
    const result = await run(
      'fs.writeSync = fs.readSync = () => 0; process.kill = process.exit = () => {}; global.setImmediate = () => {}; return 1;',
    );
    expect(result.outcome).toEqual({ ok: true, payload: '1' });
  });

  it.each([true, false])(
    'When it leaves children behind (control groups: %s), then a crash ends them too',
    async (cgroups) => {
      const other = await openLab({ cgroups });
      const environment = other.open(`
      const { spawn } = require('node:child_process');
      exports.handler = async ({ crash }) => {
        if (crash) process.exit(1);
        const start = (line, detached) => spawn('/bin/sh', ['-c', line + '; :'], { stdio: 'inherit', detached }).pid;
        return [start('sleep 60', false), start('sleep 61 & sleep 62', false), start('sleep 63', true)];
      };`);
      const [child, nested, daemon = 0] = (await answerOf(environment)) as number[];
      expect([child, nested, daemon].every(lives)).toBe(true);
      await environment.invoke(invocation({ crash: true }));
      // Who leaves its process group is found only where there are control groups
      const isHeld = other.environments.limits.memory.includes('control groups (version');
      await untilGone([child, nested, ...(isHeld ? [daemon] : [])]);
      if (!isHeld) process.kill(-daemon, 'SIGKILL');
      await other.close();
    },
  );

  it('When it closes what it cannot know, then no descriptor is lost on our side', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    await run('process.exit(1);');
    const before = open();
    for (let round = 0; round < 5; round += 1) await run('process.exit(1);');
    await until('descriptors are closed', async () => (open() <= before + 1 ? true : undefined));
    expect(existsSync(join(lab.dir, 'environments'))).toBe(true);
  });
});

describe('A machine without another process', () => {
  it('When none starts, then the invocation says so and the environment is lost, nothing else', async () => {
    const environment = lab.open('exports.handler = async () => 1;', {
      // More than an argument or a variable may be long (Linux: 128 KB): the system refuses
      environment: { LONG: 'x'.repeat(200_000) },
    });
    await environment.initialised;
    const result = await environment.invoke(invocation());
    expect(errorOf(result)).toMatchObject({
      errorType: 'Sandbox.Failure',
      errorMessage: expect.stringMatching(/the environment's process did not start: .*E2BIG/),
    });
    expect(result.environmentLost).toBe(true);
    await environment.gone;
    expect(await answerOf(lab.open('exports.handler = async () => 1;'))).toBe(1);
  });

  it('When a crash follows upon many lines, then none of them is lost', async () => {
    const result = await run(
      'for (let n = 0; n < 3000; n++) { console.log("entry", n); process.stdout.write("line " + n + "\\n"); } process.exit(1);',
    );
    expect(result.status).toBe('error');
    const printed = lab.logs.filter((line) => line.endsWith('entry 2999') || line === 'line 2999');
    expect(printed).toHaveLength(2);
  });
});
