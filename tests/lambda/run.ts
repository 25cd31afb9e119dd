/** `npm run lambda:conformance`: every row on our runtime and on serverless-offline as its users get it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand, UsageError } from '../../local/command-line.ts';
import { environment } from '../../shared/kernel/config.ts';
import { HEAD, lineOf, markdownOf, type ReportRow, reportRow, totalLines } from './conformance/report.ts';
import { ROWS, type Row } from './conformance/rows.ts';
import { type Outcome, runRows } from './conformance/run-rows.ts';
import type { RuntimeName } from './support/runtime.ts';

const USAGE = `npm run lambda:conformance -- [options] [row ...]

Tests what AWS documents about Lambda, row by row, on our runtime and on serverless-offline, and writes
reports/lambda-conformance.md and .json. Exit code 1 when our runtime fails a row that counts.
LAMBDA=full tests ours at AWS's own times too (20 minutes); serverless-offline has no other times.

  --runtime NAME   ours or serverless-offline alone`;

const REPORTS = fileURLToPath(new URL('../../reports', import.meta.url));
const RUNTIMES: readonly RuntimeName[] = ['ours', 'serverless-offline'];

const rowsOf = (ids: readonly string[]): readonly Row[] => {
  const unknown = ids.find((id) => !ROWS.some((row) => row.id === id));
  if (unknown !== undefined) throw new UsageError(`"${unknown}" is no row.`);
  return ids.length === 0 ? ROWS : ROWS.filter(({ id }) => ids.includes(id));
};

const told =
  (name: RuntimeName) =>
  (row: Row, { verdict, reason, seconds }: Outcome): void =>
    console.error(`${name} ${row.id}: ${verdict} (${seconds} s)${reason === undefined ? '' : ` ${reason}`}`);

const write = (rows: readonly ReportRow[]): void => {
  mkdirSync(REPORTS, { recursive: true });
  const ofRuntime = { at: new Date().toISOString(), node: process.version, totals: totalLines(rows), rows };
  writeFileSync(`${REPORTS}/lambda-conformance.json`, `${JSON.stringify(ofRuntime, null, 2)}\n`);
  writeFileSync(`${REPORTS}/lambda-conformance.md`, markdownOf(rows));
};

await runCommand({
  help: USAGE,
  options: { runtime: { type: 'string' } },
  most: ROWS.length,
  work: async ({ runtime }, ids) => {
    if (runtime !== undefined && !RUNTIMES.some((name) => name === runtime))
      throw new UsageError(`--runtime is one of ${RUNTIMES.join(', ')}, not "${runtime}".`);
    const rows = rowsOf(ids);
    const isLong = environment()['LAMBDA'] === 'full';
    const outcomes = new Map<RuntimeName, ReadonlyMap<string, Outcome>>();
    for (const name of RUNTIMES.filter((one) => runtime === undefined || one === runtime))
      outcomes.set(name, await runRows(name, rows, isLong, told(name)));
    const report = rows.map((row) =>
      reportRow(row, outcomes.get('ours')?.get(row.id), outcomes.get('serverless-offline')?.get(row.id)),
    );
    console.log([HEAD, ...report.map(lineOf), '', ...totalLines(report)].join('\n'));
    if (ids.length === 0 && runtime === undefined) write(report);
    return report.some(({ counted, ours }) => counted && ours?.verdict === 'fail') ? 1 : 0;
  },
});
