import assert from 'node:assert/strict';
import { until } from '../../../support/until.ts';
import { assertError, assertWithin, type Check, errorOf, resultOf } from './check.ts';
import { reportOf } from './log-lines.ts';

const initLimit: Check = async ({ invoke, output, scale }) => {
  const answer = await invoke('i01', {}, { timeoutMs: scale.initLimitMs + 10_000 });
  assert.deepEqual(resultOf(answer), { loads: 2 });
  const line = await until('INIT_REPORT', async () => {
    return (
      /INIT_REPORT Init Duration: ([\d.]+) ms\s+Phase: init\s+Status: timeout/.exec(output()) ?? undefined
    );
  });
  assertWithin('Init Duration', Number(line[1]), scale.initLimitMs * 0.95, scale.initLimitMs * 1.2 + 200);
};

const suppressedInit: Check = async ({ invoke }) => {
  assert.deepEqual(resultOf(await invoke('i02')), { loads: 1 });
  errorOf(await invoke('i02', { fault: 'exit' }));
  const again = await invoke('i02', {}, { tail: true });
  assert.deepEqual(resultOf(again), { loads: 2 });
  const report = reportOf(again.log);
  assert.ok(report.durationMs >= 400, `Duration ${report.durationMs} ms leaves an INIT of 400 ms out`);
  assert.equal(report.initMs, undefined, 'Init Duration of a suppressed INIT');
  // The third load takes longer than the function may, the fourth nothing
  errorOf(await invoke('i02', { fault: 'exit' }));
  assertError(await invoke('i02'), 'Sandbox.Timedout', /Task timed out after 2\.00 seconds$/);
  assert.deepEqual(resultOf(await invoke('i02')), { loads: 4 });
};

const initDuration: Check = async ({ invoke, functionName, output }) => {
  const first = await invoke('i03', {}, { tail: true });
  resultOf(first);
  const { initMs } = reportOf(first.log);
  assert.ok(initMs !== undefined && initMs > 0, 'no Init Duration in the first REPORT');
  const second = await invoke('i03', {}, { tail: true });
  assert.equal(reportOf(second.log).initMs, undefined, 'Init Duration in the second REPORT');
  const ofInit = output()
    .split('\n')
    .filter((line) => line.includes('INIT_REPORT') && line.includes(functionName('i03')));
  assert.deepEqual([first.log.includes('INIT_REPORT'), ofInit], [false, []]);
};

const moduleThrows: Check = async ({ invoke }) => {
  for (const _ of ['cold', 'again']) {
    const { errorType, errorMessage, trace } = errorOf(await invoke('i04'));
    assert.deepEqual([errorType, errorMessage], ['RangeError', 'init bad']);
    assert.equal(trace?.[0], 'RangeError: init bad');
  }
};

const missingModule: Check = async ({ invoke }) => {
  assertError(
    await invoke('i05'),
    'Runtime.ImportModuleError',
    /^Error: Cannot find module 'no-such-package'/,
  );
  assertError(
    await invoke('i05file'),
    'Runtime.ImportModuleError',
    /^Error: Cannot find module 'no-such-file'/,
  );
};

const missingPackage: Check = async ({ invoke }) =>
  assertError(await invoke('i06'), 'Error', /^Cannot find package 'no-such-package' imported from /);

const noHandler: Check = async ({ invoke }) => {
  const notFound = 'Runtime.HandlerNotFound';
  assertError(await invoke('i07missing'), notFound, /exports\.nothing is undefined or not exported$/);
  assertError(await invoke('i07value'), notFound, /exports\.value is not a function$/);
  assertError(await invoke('i07syntax'), 'Runtime.UserCodeSyntaxError', /^SyntaxError: /);
  assertError(await invoke('i07dots'), 'Runtime.MalformedHandlerName', /is not a valid handler name/);
};

const callbackHandler: Check = async ({ invoke }) => {
  assert.equal(errorOf(await invoke('i08')).errorType, 'Runtime.CallbackHandlerDeprecated');
};

/** INIT: its limit, what it logs, and how it fails. */
export const initChecks = {
  I01: initLimit,
  I02: suppressedInit,
  I03: initDuration,
  I04: moduleThrows,
  I05: missingModule,
  I06: missingPackage,
  I07: noHandler,
  I08: callbackHandler,
} satisfies Record<string, Check>;
