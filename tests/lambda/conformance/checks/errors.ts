import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { assertError, assertWithin, type Check, errorOf, NotMeasured, resultOf } from './check.ts';
import { reportOf } from './log-lines.ts';

const throws: Check = async ({ invoke }) => {
  const { errorType, errorMessage, trace } = errorOf(await invoke('e01'));
  assert.deepEqual([errorType, errorMessage], ['TypeError', 'boom']);
  assert.equal(trace?.[0], 'TypeError: boom');
  assert.ok(trace.length > 1 && trace[1]?.includes('handlers.cjs'), 'the trace does not lead to the handler');
};

const throwsAnything: Check = async ({ invoke }) => {
  assertError(await invoke('e02named'), 'OutOfStock', 'out of stock');
  assert.deepEqual(errorOf(await invoke('e02text')), {
    errorType: 'string',
    errorMessage: 'plain',
    trace: [],
  });
  const object = errorOf(await invoke('e02object'));
  assert.deepEqual(object, { errorType: 'object', errorMessage: '[object Object]', trace: [] });
};

const unserialisable: Check = async ({ invoke }) => {
  for (const one of ['circular', 'bigint']) {
    assertError(
      await invoke('e03', { case: one }),
      'Runtime.JSONStringifyError',
      'Unable to stringify response body',
    );
  }
  for (const one of ['undefined', 'nan']) {
    const answer = await invoke('e03', { case: one });
    assert.deepEqual([answer.status, answer.functionError, answer.text], [200, undefined, 'null'], one);
  }
  assert.deepEqual(resultOf(await invoke('e03sync')), { sync: true });
};

/** The message of an ended process, with the id of the very request: 36 characters. */
const exited = (how: string): RegExp => new RegExp(`^RequestId: [0-9a-f-]{36} Error: Runtime exited ${how}$`);

const exits: Check = async ({ invoke }) => {
  for (const code of [1, 3, 255]) {
    const answer = await invoke('e04', { code });
    assertError(answer, 'Runtime.ExitError', exited(`with error: exit status ${code}`));
  }
  const answer = await invoke('e04', { code: 0 }, { tail: true });
  assertError(answer, 'Runtime.ExitError', exited('without providing a reason'));
  assert.deepEqual(Object.keys(errorOf(answer)).sort(), ['errorMessage', 'errorType']);
};

const unhandled: Check = async ({ invoke }) => {
  for (const key of ['e05rejects', 'e05throws']) {
    assertError(await invoke(key), 'Runtime.ExitError', exited('with error: exit status 1'));
  }
};

const neverSettles: Check = async ({ invoke }) =>
  assertError(await invoke('e06'), 'Runtime.ExitError', exited('without providing a reason'));

const outOfMemory: Check = async ({ invoke }) => {
  const answer = await invoke('m01', {}, { tail: true, timeoutMs: 30_000 });
  assertError(answer, 'Runtime.ExitError', exited('with error: signal: killed'));
  const report = reportOf(answer.log);
  assert.match(report.rest, /Status: error\s+Error Type: Runtime\.OutOfMemory/);
  assert.equal(report.memoryMb, 128);
};

const BURN_MS = 1_600;

/** Processes that can run now and share the cores with the handler: Linux counts them in /proc/loadavg. */
const runnable = (): number => Number(/ (\d+)\//.exec(readFileSync('/proc/loadavg', 'utf8'))?.[1] ?? 1);

/** Middle of the number of runnable processes while `work` is under way. */
const crowdDuring = async (work: Promise<unknown>): Promise<number> => {
  const seen = [runnable()];
  const timer = setInterval(() => seen.push(runnable()), 40);
  await work.finally(() => clearInterval(timer));
  return seen.toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? 1;
};

/** 442 MB are a quarter of a vCPU, 221 MB an eighth. It never gets more, and as much unless others take the cores. */
const processorShare: Check = async ({ invoke, output, name }) => {
  if (name === 'ours' && /processor: not limited/.test(output()))
    throw new NotMeasured('this machine gives no way to limit CPU, as the runtime says');
  for (const [key, share] of [
    ['m02small', 442 / 1769],
    ['m02smaller', 221 / 1769],
  ] as const) {
    resultOf(await invoke(key, { ms: 50 }));
    const burning = invoke(key, { ms: BURN_MS });
    const crowd = await crowdDuring(burning);
    const { cpuMs } = resultOf<{ cpuMs: number }>(await burning);
    const fair = Math.min(share, availableParallelism() / Math.max(1, crowd));
    assertWithin(`${key}: share of a vCPU`, Number((cpuMs / BURN_MS).toFixed(3)), fair * 0.5, share * 1.2);
  }
};

const timesOut: Check = async ({ invoke, full }) => {
  const longest = full ? invoke('t01longest', { ms: 905_000 }, { timeoutMs: 960_000 }) : undefined;
  longest?.catch(() => undefined);
  const count = async (): Promise<unknown> => resultOf(await invoke('t01'))['count'];
  assert.equal(await count(), 1);
  const from = performance.now();
  const { errorMessage } = errorOf(await invoke('t01', { fault: 'hang' }));
  assertWithin('ms until the timeout of 2 s', performance.now() - from, 1_990, 3_000);
  assert.match(errorMessage, /Task timed out after 2\.00 seconds/);
  assert.equal(await count(), 1, 'the count after the reset');
  // INIT is no part of it: one of 1.3 s leaves a function of 1 s its whole time
  assert.deepEqual(resultOf(await invoke('t01init')), { loads: 1 });
  if (longest) assert.match(errorOf(await longest).errorMessage, /Task timed out after 900\.00 seconds/);
};

const timeoutError: Check = async ({ invoke }) => {
  const error = errorOf(await invoke('t02'));
  assert.equal(error.errorType, 'Sandbox.Timedout');
  assert.match(error.errorMessage, /^RequestId: [0-9a-f-]{36} Error: Task timed out after 3\.00 seconds$/);
  assert.deepEqual(Object.keys(error).sort(), ['errorMessage', 'errorType']);
};

/** Errors of handlers, ends of processes, memory, CPU and time. */
export const errorChecks = {
  E01: throws,
  E02: throwsAnything,
  E03: unserialisable,
  E04: exits,
  E05: unhandled,
  E06: neverSettles,
  M01: outOfMemory,
  M02: processorShare,
  T01: timesOut,
  T02: timeoutError,
} satisfies Record<string, Check>;
