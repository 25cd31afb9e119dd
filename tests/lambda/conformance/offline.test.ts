/**
 * What serverless-offline, as it is published, makes of a few rows: only with LAMBDA=full. The table is measured by
 * `npm run lambda:conformance`; this keeps its measuring honest, by rows that are known to pass there and rows that are known to fail.
 */
import { describe, expect, it } from 'vitest';
import { environment } from '../../../shared/kernel/config.ts';
import { ROWS } from './rows.ts';
import { runRows } from './run-rows.ts';

const KNOWN = {
  L01: 'pass',
  L02: 'pass',
  C01: 'pass',
  H01: 'pass',
  P01: 'pass',
  L03: 'fail',
  E01: 'fail',
  H02: 'fail',
  X02: 'fail',
  N01: 'fail',
  Q01: 'fail',
  S01: 'fail',
} as const;

describe.runIf(environment()['LAMBDA'] === 'full')('serverless-offline', () => {
  it('When rows are run on it, then those pass that it is known to pass, and no others', {
    timeout: 300_000,
  }, async () => {
    const rows = ROWS.filter(({ id }) => id in KNOWN);
    const outcomes = await runRows('serverless-offline', rows, true, () => {});
    const verdicts = Object.fromEntries([...outcomes].map(([id, { verdict }]) => [id, verdict]));
    expect(verdicts).toEqual(KNOWN);
  });
});
