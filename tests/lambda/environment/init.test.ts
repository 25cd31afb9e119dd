import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LambdaFunction } from '../../../local/lambda/types.ts';
import { answerOf, errorOf, invocation, type Lab, openLab } from './lab.ts';

/** Shorter than Lambda's 10 s, in ms. */
const LIMIT = 400;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ initLimitMs: LIMIT });
});
afterAll(() => lab.close());

const initReports = (): string[] => lab.logs.filter((line) => line.startsWith('INIT_REPORT'));
const clearLogs = (): void => void lab.logs.splice(0);

/** What the invoker of a function gets that does not come up, and how its INIT was reported. */
const failOf = async (
  files: string | Readonly<Record<string, string>>,
  settings: Partial<LambdaFunction> = {},
) => {
  clearLogs();
  const environment = lab.open(files, settings);
  const error = errorOf(await environment.invoke(invocation()));
  await environment.stop();
  return error;
};

/** Hangs in its first INITs, by a count that is kept in /tmp; then comes up. */
const HANGS = (times: number): string => `
  const fs = require('node:fs'); const file = require('node:os').tmpdir() + '/inits';
  const n = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0;
  fs.writeFileSync(file, String(n + 1));
  if (n < ${times}) for (;;);
  exports.handler = async () => n + 1;`;

describe('An INIT that succeeds', () => {
  it('I03: When it does, then it is in the first report only and has no report of its own', async () => {
    clearLogs();
    const environment = lab.open('exports.handler = async () => 1;');
    const first = await environment.invoke(invocation());
    const second = await environment.invoke(invocation());
    expect(first.initMs).toBeGreaterThan(5);
    expect(second.initMs).toBeUndefined();
    const reports = lab.logs.filter((line) => line.startsWith('REPORT'));
    expect(reports.map((line) => line.includes('Init Duration'))).toEqual([true, false]);
    expect(reports[0]).toContain(`Init Duration: ${first.initMs?.toFixed(2)} ms`);
    expect(initReports()).toEqual([]);
  });
});

describe('An INIT beyond its limit', () => {
  it('I01: When it is, then it runs again in the first invocation, whose duration holds it', async () => {
    clearLogs();
    const environment = lab.open(HANGS(1));
    await environment.initialised;
    expect(initReports()).toEqual([
      expect.stringMatching(/^INIT_REPORT Init Duration: [4-9]\d\d\.\d\d ms\tPhase: init\tStatus: timeout$/),
    ]);
    const result = await environment.invoke(invocation());
    expect(result.outcome).toEqual({ ok: true, payload: '2' });
    expect(result.initMs).toBeUndefined();
    expect(result.durationMs).toBeGreaterThan(10);
    expect(initReports()).toHaveLength(1);
  });

  it('I01: When it hangs in the invocation too, then the function times out', async () => {
    clearLogs();
    const environment = lab.open(HANGS(2), { timeoutMs: 1_000 });
    const result = await environment.invoke(invocation());
    expect(errorOf(result)).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(result).toMatchObject({ status: 'timeout', durationMs: 1_000, billedMs: 1_000 });
    expect(initReports().map((line) => line.replace(/\d+\.\d+/, 'x'))).toEqual([
      'INIT_REPORT Init Duration: x ms\tPhase: init\tStatus: timeout',
      'INIT_REPORT Init Duration: x ms\tPhase: invoke\tStatus: timeout',
    ]);
    expect(await answerOf(environment)).toBe(3);
  });
});

describe('An INIT after a reset', () => {
  it('I02: When it runs within the next invocation, then the duration holds both and there is no Init Duration', async () => {
    const environment = lab.open(
      'const until = Date.now() + 60; while (Date.now() < until); exports.handler = async ({ crash }) => { if (crash) process.exit(1); return 1; };',
    );
    await environment.invoke(invocation({ crash: true }));
    const result = await environment.invoke(invocation());
    expect(result.status).toBe('success');
    expect(result.durationMs).toBeGreaterThan(60);
    expect(result.billedMs).toBe(Math.ceil(result.durationMs));
    expect(result.initMs).toBeUndefined();
    expect(result.logTail).not.toContain('Init Duration');
  });

  it('I02: When both together are beyond the timeout, then the function times out', async () => {
    const environment = lab.open(
      `const until = Date.now() + 200; while (Date.now() < until);
      exports.handler = async ({ crash }) => { if (crash) process.exit(1); await new Promise((resolve) => setTimeout(resolve, 200)); };`,
      { timeoutMs: 330 },
    );
    await environment.invoke(invocation({ crash: true }));
    expect(errorOf(await environment.invoke(invocation())).errorMessage).toMatch(
      /Task timed out after 0\.33 seconds$/,
    );
  });
});

describe('An INIT that fails', () => {
  it('I04: When a module throws, then the invoker gets that error and the next invocation tries again', async () => {
    clearLogs();
    const inits = join(lab.dir, 'inits');
    const environment = lab.open(
      `require('fs').appendFileSync(${JSON.stringify(inits)}, 'x'); throw new RangeError('init bad');`,
    );
    await environment.initialised;
    expect(initReports()).toEqual([
      expect.stringMatching(/\tPhase: init\tStatus: error\tError Type: Runtime\.Unknown$/),
    ]);
    const error = errorOf(await environment.invoke(invocation()));
    expect(error).toMatchObject({ errorType: 'RangeError', errorMessage: 'init bad' });
    expect(error.trace?.[0]).toBe('RangeError: init bad');
    expect(lab.logs.some((line) => /\t-\tERROR\tInit Error \t\{"errorType":"RangeError"/.test(line))).toBe(
      true,
    );
    const before = readFileSync(inits, 'utf8').length;
    await environment.invoke(invocation());
    expect(readFileSync(inits, 'utf8')).toHaveLength(before + 1);
  });

  it('I04: When a module exits, then the invoker gets the exit', async () => {
    expect(await failOf('process.exit(7);')).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 7$/),
    });
    expect(initReports()[0]).toMatch(/Status: error\tError Type: Runtime\.ExitError$/);
  });

  it('I04: When it comes up the second time, then the first invocation succeeds', async () => {
    const mark = join(lab.dir, 'came-up');
    const environment = lab.open(
      `const fs = require('fs'); if (!fs.existsSync(${JSON.stringify(mark)})) { fs.writeFileSync(${JSON.stringify(mark)}, ''); throw new Error('once'); }
      exports.handler = async () => 'up';`,
    );
    expect(await answerOf(environment)).toBe('up');
    expect(existsSync(mark)).toBe(true);
  });

  it('I05: When a module is missing, then it says so', async () => {
    const error = await failOf('require("nonesuch");');
    expect(error.errorType).toBe('Runtime.ImportModuleError');
    expect(error.errorMessage).toMatch(
      /^Error: Cannot find module 'nonesuch'\nRequire stack:\n- .*index\.cjs/,
    );
    expect(await failOf({ 'other.cjs': '' })).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringMatching(/^Error: Cannot find module 'index'/),
    });
    expect(initReports()[0]).toMatch(/Error Type: Runtime\.ImportModuleError$/);
  });

  it('I06: When an ES module misses a package, then it is the error of the loader', async () => {
    const text = 'import "nonesuch"; export const handler = async () => 1;';
    for (const files of [{ 'index.mjs': text }, { 'index.js': text, 'package.json': '{"type":"module"}' }]) {
      const error = await failOf(files);
      expect(error.errorType).toBe('Error');
      expect(error.errorMessage).toMatch(/^Cannot find package 'nonesuch' imported from .*index\.m?js$/);
    }
  });

  it.each([
    [
      'exports.other = () => 1;',
      'index.handler',
      'HandlerNotFound',
      /^index\.handler is undefined or not exported$/,
    ],
    ['exports.handler = 5;', 'index.handler', 'HandlerNotFound', /^index\.handler is not a function$/],
    ['exports.handler = (', 'index.handler', 'UserCodeSyntaxError', /^SyntaxError: /],
    ['', '../index.handler', 'MalformedHandlerName', /^'..\/index\.handler' is not a valid handler name/],
    ['', 'index', 'MalformedHandlerName', /^Bad handler$/],
    [
      'exports.handler = (event, context, callback) => {};',
      'index.handler',
      'CallbackHandlerDeprecated',
      /^ERROR: AWS Lambda has removed support for callback-based function handlers/,
    ],
  ])(
    'I07, I08: When the code is %s and the handler %s, then it is Runtime.%s',
    async (code, handler, type, message) => {
      const error = await failOf(code, { handler });
      expect(error.errorType).toBe(`Runtime.${type}`);
      expect(error.errorMessage).toMatch(message);
    },
  );
});

describe('A handler is found', () => {
  it.each([
    [{ 'index.js': 'exports.handler = async () => 1;' }, 'index.handler'],
    [
      { 'index.mjs': 'const one = await Promise.resolve(1); export const handler = async () => one;' },
      'index.handler',
    ],
    [
      {
        'index.js': 'const one = await Promise.resolve(1); export const handler = async () => one;',
        'package.json': '{"type":"module"}',
      },
      'index.handler',
    ],
    [{ 'index.mjs': 'export default { handler: async () => 1 };' }, 'index.handler'],
    [{ 'src/deep/file.cjs': 'exports.some = { nested: () => 1 };' }, 'src/deep/file.some.nested'],
    [{ 'node_modules/pkg/index.js': 'exports.handler = () => 1;' }, 'pkg.handler'],
  ])('When the files are %j and the handler is %s', async (files, handler) => {
    expect(await answerOf(lab.open(files, { handler }))).toBe(1);
  });
});
