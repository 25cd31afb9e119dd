import assert from 'node:assert/strict';

/** A REPORT line, read. Times in ms, memory in MB. */
export type Report = {
  readonly requestId: string;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly usedMb: number;
  readonly initMs?: number;
  /** What follows the figures: `Status: timeout` and the like. */
  readonly rest: string;
};

const REPORT =
  /REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms\s+Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB(?:\s+Init Duration: ([\d.]+) ms)?(.*)/;

/**
 * The last REPORT line of a log in the text format.
 *
 * @throws AssertionError when there is none
 */
export const reportOf = (log: string): Report => {
  const line = log.split('\n').findLast((text) => text.includes('REPORT RequestId:'));
  const match = REPORT.exec(line ?? '');
  assert.ok(match, `no REPORT line in the log: ${JSON.stringify(log.slice(-300))}`);
  const [, requestId = '', duration, billed, memory, used, init, rest = ''] = match;
  return {
    requestId,
    durationMs: Number(duration),
    billedMs: Number(billed),
    memoryMb: Number(memory),
    usedMb: Number(used),
    ...(init !== undefined && { initMs: Number(init) }),
    rest,
  };
};
