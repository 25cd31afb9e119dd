/** Every row of the conformance table on our runtime, at times and limits that a laptop can wait for; with LAMBDA=full at AWS's own. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { environment } from '../../../shared/kernel/config.ts';
import type { Runtime } from '../support/runtime.ts';
import { NotMeasured } from './checks/check.ts';
import { CHECKS } from './checks.ts';
import { ROWS } from './rows.ts';
import { startForRows } from './start-for-rows.ts';

const isFull = environment()['LAMBDA'] === 'full';
/** The longest timeout of a function is 15 minutes. */
const timeout = isFull ? 1_000_000 : 60_000;

let runtime: Runtime;

beforeAll(async () => {
  runtime = await startForRows('ours', isFull);
});
afterAll(() => runtime?.stop());

describe.concurrent('Lambda as AWS documents it', () => {
  for (const { id, area, what, notApplicable } of ROWS) {
    it.skipIf(notApplicable !== undefined)(`${id} ${area}: ${what}`, { timeout }, async ({ skip }) => {
      const check = CHECKS[id];
      if (!check) throw new Error(`There is no check for ${id}`);
      try {
        await check(runtime);
      } catch (error) {
        if (error instanceof NotMeasured) skip(error.message);
        throw error;
      }
    });
  }
});
