import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, errorOf, invocation, type Lab, lives, openLab, untilGone } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const HANDLER = `
  let n = 0;
  exports.handler = async ({ hang, spin }) => {
    n++;
    if (spin) for (;;);
    if (hang) await new Promise(() => setInterval(() => {}, 1000));
    return { n, pid: process.pid };
  };`;

describe('A function beyond its timeout', () => {
  it.each([[{ hang: true }], [{ spin: true }]])(
    'T01, T02: When it does %j, then it is ended at once and starts again with the next invocation',
    async (event) => {
      const environment = lab.open(HANDLER, { timeoutMs: 1_000 });
      const { pid } = (await answerOf(environment)) as { pid: number };
      const given = invocation(event);
      const began = performance.now();
      const result = await environment.invoke(given);
      const took = performance.now() - began;
      expect(errorOf(result)).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${given.requestId} Error: Task timed out after 1.00 seconds`,
      });
      expect(result).toMatchObject({ status: 'timeout', environmentLost: false });
      expect(took).toBeGreaterThan(990);
      expect(took).toBeLessThan(4_000);
      // At once: the old process may still be dying
      expect(await answerOf(environment)).toMatchObject({ n: 1, pid: environment.pid });
      expect(lives(environment.pid)).toBe(true);
      await untilGone([pid]);
    },
  );

  it('G03: When it is, then the log says so, and no more than the timeout is billed', async () => {
    const environment = lab.open(HANDLER, { timeoutMs: 200 });
    const given = invocation({ hang: true });
    const { logTail, durationMs, billedMs, initMs = 0, maxMemoryMb } = await environment.invoke(given);
    const id = given.requestId;
    expect(logTail.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME')).toBe(
      [
        `START RequestId: ${id} Version: $LATEST`,
        `TIME ${id} Task timed out after 0.20 seconds`,
        `END RequestId: ${id}`,
        `REPORT RequestId: ${id}\tDuration: 200.00 ms\tBilled Duration: ${billedMs} ms\tMemory Size: 512 MB\tMax Memory Used: ${maxMemoryMb} MB\tInit Duration: ${initMs.toFixed(2)} ms\tStatus: timeout\n`,
      ].join('\n'),
    );
    expect(durationMs).toBe(200);
    expect(billedMs).toBe(Math.ceil(200 + initMs));
    expect(maxMemoryMb).toBeGreaterThan(20);
  });

  it('T01: When it starts late, then the time of its INIT does not count', async () => {
    const environment = lab.open(`const until = Date.now() + 250; while (Date.now() < until); ${HANDLER}`, {
      timeoutMs: 200,
    });
    expect(await answerOf(environment)).toMatchObject({ n: 1 });
  });
});
