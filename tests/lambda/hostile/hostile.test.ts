/** Handlers that do what they can to bring their runtime down: 60 ways here, 1,000 with LAMBDA=full. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../../../shared/kernel/config.ts';
import { until } from '../../support/until.ts';
import { processesWith } from '../support/processes.ts';
import type { Runtime } from '../support/runtime.ts';
import { isSecondTry } from '../support/second-try.ts';
import { behaviours, differenceOf } from './behaviours.ts';
import { QUICK, runHostile, SLOW, startHostile } from './run-hostile.ts';

const isFull = environment()['LAMBDA'] === 'full';
const COUNT = isFull ? 1_000 : 60;
/** Another seed draws other behaviours; this one is as good as any. */
const SEED = 20_261_122;
const MARKER = `LAMBDA_TEST=${randomUUID()}`;

let runtime: Runtime;

const startAt = async (pace: typeof QUICK): Promise<void> => {
  const [name = '', value = ''] = MARKER.split('=');
  runtime = await startHostile({ [name]: value }, pace);
};
beforeAll(() => startAt(QUICK));
afterAll(() => runtime?.stop());

describe(`${COUNT} hostile behaviours`, () => {
  it(
    'When handlers do their worst, then each is answered as documented and other functions go on working',
    async ({ task }) => {
      const isAgain = isSecondTry({ task });
      const pace = isAgain ? SLOW : QUICK;
      if (isAgain) {
        await runtime.stop();
        await startAt(pace);
      }
      expect((await runtime.invoke('doomed')).text).toBe('"still here"');
      const { differences, good, isUp } = await runHostile(runtime, behaviours(COUNT, SEED), pace);
      expect(differences).toEqual([]);
      expect(good.wrong).toEqual([]);
      expect(good.answers).toBeGreaterThan(COUNT / 10);
      expect(isUp).toBe(true);
      // Its files were deleted: what lives on answers, and what starts anew says what is missing
      const doomed = await runtime.invoke('doomed');
      if (doomed.functionError === undefined) expect(doomed.text).toBe('"still here"');
      else expect(doomed.json).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
      expect((await runtime.invoke('hostile0', { kind: 'ok' })).text).toBe('"fine"');
    },
    isFull ? 1_800_000 : 600_000,
  );

  it('When the runtime stops, then nothing that a handler started is left', async () => {
    expect(processesWith(MARKER).length).toBeGreaterThan(3);
    await runtime.stop();
    await until('everything is gone', async () => (processesWith(MARKER).length === 0 ? true : undefined), {
      withinMs: 20_000,
    });
  });
});

describe('the list of behaviours', () => {
  it('When it is drawn twice with the same seed, then it is the same; with another seed another one', () => {
    const events = (seed: number) => behaviours(200, seed).map(({ event }) => event);
    expect(events(1)).toEqual(events(1));
    expect(events(1)).not.toEqual(events(2));
  });

  it('When an answer is not the expected one, then that is told', () => {
    const error = JSON.stringify({ errorType: 'Error', errorMessage: 'boom' });
    const expected = { errors: [{ type: 'Error', message: 'boom' }] };
    expect(differenceOf(expected, 'Unhandled', error)).toBeUndefined();
    expect(differenceOf(expected, 'Unhandled', error.replace('boom', 'bang'))).toMatch('another error');
    expect(differenceOf(expected, undefined, 'null')).toMatch('a result where an error is expected');
    expect(differenceOf({ result: '1' }, undefined, '2')).toMatch('another result');
    expect(differenceOf({ result: '1' }, 'Unhandled', error)).toMatch('another error');
  });
});
