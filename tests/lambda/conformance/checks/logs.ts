import assert from 'node:assert/strict';
import { until } from '../../../support/until.ts';
import { assertWithin, type Check, errorOf, resultOf } from './check.ts';
import { reportOf } from './log-lines.ts';

const ISO = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';

const lines: Check = async ({ invoke, output }) => {
  const { log } = await invoke('g01', { name: 'you' }, { tail: true });
  const { requestId, durationMs, billedMs, memoryMb, usedMb } = reportOf(log);
  const printed = await until('REPORT is printed', async () =>
    output().includes(`REPORT RequestId: ${requestId}`) ? output() : undefined,
  );
  for (const text of [log, printed]) {
    assert.ok(text.includes(`START RequestId: ${requestId} Version: $LATEST\n`), 'START');
    assert.ok(text.includes(`END RequestId: ${requestId}\n`), 'END');
    assert.match(text, new RegExp(`REPORT RequestId: ${requestId}\tDuration: `));
  }
  assert.match(log, /\tBilled Duration: \d+ ms\tMemory Size: 1769 MB\tMax Memory Used: \d+ MB\t/);
  assert.equal(memoryMb, 1769);
  assertWithin('Max Memory Used', usedMb, 20, 1_769);
  assert.ok(billedMs >= durationMs);
};

const billed: Check = async ({ invoke }) => {
  const cold = reportOf((await invoke('g02', {}, { tail: true })).log);
  assert.ok(
    cold.initMs !== undefined && cold.initMs >= 150,
    `Init Duration ${cold.initMs} of a module of 150 ms`,
  );
  // Both figures are rounded to two decimals: the sum may be off by their rounding
  const sum = cold.durationMs + cold.initMs;
  assertWithin('Billed Duration', cold.billedMs, Math.ceil(sum - 0.011), Math.ceil(sum + 0.011));
  const warm = reportOf((await invoke('g02', {}, { tail: true })).log);
  assertWithin(
    'Billed Duration',
    warm.billedMs,
    Math.ceil(warm.durationMs - 0.006),
    Math.ceil(warm.durationMs + 0.006),
  );
};

const statuses: Check = async ({ invoke }) => {
  const late = await invoke('g03', { fault: 'hang' }, { tail: true });
  errorOf(late);
  assert.match(reportOf(late.log).rest, /Status: timeout/);
  const crashed = await invoke('g03', { fault: 'exit' }, { tail: true });
  errorOf(crashed);
  assert.match(reportOf(crashed.log).rest, /Status: error\tError Type: Runtime\.ExitError/);
  assert.doesNotMatch(reportOf((await invoke('g03', {}, { tail: true })).log).rest, /Status/);
};

const applicationLines: Check = async ({ invoke }) => {
  const { log } = await invoke('g04', { name: 'you', fault: 'throw' }, { tail: true });
  const { requestId } = reportOf(log);
  assert.match(log, new RegExp(`^${ISO}\t${requestId}\tINFO\thello you$`, 'm'));
  const error = new RegExp(`^${ISO}\t${requestId}\tERROR\tInvoke Error \t(\\{.*\\})$`, 'm').exec(log);
  assert.ok(error, `no Invoke Error in ${JSON.stringify(log)}`);
  const { errorType, errorMessage } = JSON.parse(error[1] ?? '');
  assert.deepEqual([errorType, errorMessage], ['TypeError', 'boom']);
};

const jsonLines: Check = async ({ invoke }) => {
  const answer = await invoke('g05', { name: 'you' }, { tail: true });
  resultOf(answer);
  const entries = answer.log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const said = entries.find(({ message }) => message === 'hello you');
  assert.match(String(said?.['timestamp']), new RegExp(`^${ISO}$`));
  assert.equal(said?.['level'], 'INFO');
  const report = entries.find(({ type }) => type === 'platform.report');
  const record = report?.['record'] as { requestId: string; metrics: Record<string, number> };
  assert.match(String(report?.['time']), new RegExp(`^${ISO}$`));
  assert.equal(record.requestId, said?.['requestId']);
  assert.equal(record.metrics['memorySizeMB'], 1_769);
  for (const name of ['durationMs', 'billedDurationMs', 'maxMemoryUsedMB', 'initDurationMs'])
    assert.equal(typeof record.metrics[name], 'number', name);
  assert.ok(
    entries.some(({ type }) => type === 'platform.start'),
    'no platform.start',
  );
};

/** Log lines in both formats. */
export const logChecks = {
  G01: lines,
  G02: billed,
  G03: statuses,
  G04: applicationLines,
  G05: jsonLines,
} satisfies Record<string, Check>;
