/** 200 environments at once: only with LAMBDA=full, for they take gigabytes. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environment } from '../../../shared/kernel/config.ts';
import { until } from '../../support/until.ts';
import { processesWith } from '../support/processes.ts';
import { startRuntime } from '../support/start-runtime.ts';

const isFull = environment()['LAMBDA'] === 'full';
const ENVIRONMENTS = 200;
const MOST_GB = 15;

/** Memory of a process in KB, shared pages counted in parts (PSS). */
const memoryOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? Number.NaN);

describe.runIf(isFull)('many environments', () => {
  it(`When ${ENVIRONMENTS} live at once, then they take less than ${MOST_GB} GB, and all are gone after the stop`, {
    timeout: 300_000,
  }, async () => {
    const value = randomUUID();
    const runtime = await startRuntime('ours', {
      config: 'limits.yml',
      env: { LAMBDA_TEST: value },
      args: ['--environments', String(ENVIRONMENTS + 10)],
    });
    try {
      const answers = await Promise.all(
        Array.from({ length: ENVIRONMENTS }, () =>
          runtime.invoke('one', { ms: 40_000 }, { timeoutMs: 120_000 }),
        ),
      );
      const results = answers.map(({ json }) => json as { environment: string });
      expect(new Set(results.map((result) => result.environment)).size).toBe(ENVIRONMENTS);
      const seen = processesWith(`LAMBDA_TEST=${value}`);
      expect(seen.length).toBeGreaterThan(ENVIRONMENTS);
      const gigabytes = seen.reduce((sum, { pid }) => sum + memoryOf(pid), 0) / 1024 / 1024;
      console.info(
        `${ENVIRONMENTS} environments: ${seen.length} processes, ${gigabytes.toFixed(2)} GB (PSS)`,
      );
      expect(gigabytes).toBeLessThan(MOST_GB);
    } finally {
      await runtime.stop();
    }
    await until('all are gone', async () =>
      processesWith(`LAMBDA_TEST=${value}`).length === 0 ? true : undefined,
    );
  });
});
