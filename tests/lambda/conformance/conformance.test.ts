/** Every row of the conformance table on our runtime, at times and limits that a laptop can wait for. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Runtime } from '../support/runtime.ts';
import { NotMeasured } from './checks/check.ts';
import { CHECKS } from './checks.ts';
import { ROWS } from './rows.ts';
import { startForRows } from './start-for-rows.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await startForRows('ours');
});
afterAll(() => runtime?.stop());

describe.concurrent('Lambda as AWS documents it', () => {
  for (const { id, area, what, notApplicable } of ROWS) {
    it.skipIf(notApplicable !== undefined)(`${id} ${area}: ${what}`, async ({ skip }) => {
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
