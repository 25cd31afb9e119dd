/** Every row of the conformance table on our runtime, at times and limits that a laptop can wait for; with LAMBDA=full at AWS's own. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { environment } from '../../../shared/kernel/config.ts';
import { until } from '../../support/until.ts';
import type { Runtime } from '../support/runtime.ts';
import { isSecondTry } from '../support/second-try.ts';
import { NotMeasured } from './checks/check.ts';
import { CHECKS } from './checks.ts';
import { ROWS } from './rows.ts';
import { startForRows } from './start-for-rows.ts';

const isFull = environment()['LAMBDA'] === 'full';
/** The longest timeout of a function is 15 minutes; a row that is tried again waits for its turn. */
const timeout = isFull ? 1_000_000 : 600_000;

let runtime: Runtime;

beforeAll(async () => {
  runtime = await startForRows('ours', isFull ? 'full' : 'short');
});
afterAll(() => runtime?.stop());

let running = 0;
let isAlone = false;

/** Runs `work` beside other rows; `alone` when none of them runs. */
const inTurn = async (alone: boolean, work: () => Promise<void>): Promise<void> => {
  await until(
    'the turn of the row',
    async () => {
      if (isAlone || (alone && running > 0)) return undefined;
      running += 1;
      isAlone = alone;
      return true;
    },
    { withinMs: timeout },
  );
  try {
    await work();
  } finally {
    running -= 1;
    if (alone) isAlone = false;
  }
};

/** A runtime that no row has used, with the longer times of a slow machine. */
const onOneOfItsOwn = async (work: (own: Runtime) => Promise<void>): Promise<void> => {
  const own = await startForRows('ours', isFull ? 'full' : 'slow machine');
  try {
    await work(own);
  } finally {
    await own.stop();
  }
};

describe.concurrent('Lambda as AWS documents it', () => {
  for (const { id, area, what, notApplicable } of ROWS) {
    it.skipIf(notApplicable !== undefined)(`${id} ${area}: ${what}`, { timeout }, async ({ skip, task }) => {
      const check = CHECKS[id];
      if (!check) throw new Error(`There is no check for ${id}`);
      const isAgain = isSecondTry({ task });
      try {
        await inTurn(isAgain, () => (isAgain ? onOneOfItsOwn(check) : check(runtime)));
      } catch (error) {
        if (error instanceof NotMeasured) skip(error.message);
        throw error;
      }
    });
  }
});
