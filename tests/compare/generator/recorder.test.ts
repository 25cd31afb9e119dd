import { describe, expect, it } from 'vitest';
import { runLoad } from '../../../compare/generator/run-load.ts';
import { LoadResult } from '../../../compare/results/run-record.ts';
import { every, fakeDeps, makeFakeClock, makeWorld, OK } from './support.ts';

describe('what is recorded', () => {
  it('When requests are planned in the warm-up, then only the seconds below 0 have them', async () => {
    const { clock, plan, recorder } = await makeWorld({ warmUpMs: 2_000, durationMs: 3_000 });
    plan(every(100, 60));
    await clock.runTo(10_000);
    const { offered, answered, latency, service, lag, operations, seconds } = recorder.result();
    expect({ offered, answered }).toEqual({ offered: 30, answered: 30 });
    expect([latency.count, service.count, lag.count, operations[0]?.latency.count]).toEqual([30, 30, 30, 30]);
    expect(seconds.map(({ second, offered: inIt }) => [second, inIt])).toEqual([
      [-2, 10],
      [-1, 10],
      [0, 10],
      [1, 10],
      [2, 10],
    ]);
  });

  it('When a request is answered after the end, then it still counts in the second it was meant for', async () => {
    const { clock, plan, recorder } = await makeWorld({
      behaviour: () => ({ afterMs: 900, status: 200 }),
      durationMs: 2_000,
    });
    plan([1_900, 2_100]);
    await clock.runTo(5_000);
    const { answered, latency, seconds } = recorder.result();
    expect(answered).toBe(1);
    expect(latency.max).toBeCloseTo(900, -1);
    expect(seconds[1]).toMatchObject({ second: 1, offered: 1, answered: 1, failed: 0 });
    expect(seconds[1]?.p99).toBeCloseTo(900, 0);
    expect(seconds[0]).toMatchObject({ offered: 0, p50: null, p99: null });
  });

  it('When polls are reactive, then they are an operation of their own and in no total', async () => {
    const { clock, plan, recorder } = await makeWorld({
      behaviour: ({ reactive }) => ({ afterMs: reactive ? 400 : 5, status: reactive ? 500 : 200 }),
    });
    plan(every(100, 10));
    plan(every(100, 4), { reactive: true });
    await clock.runTo(5_000);
    const result = recorder.result();
    expect([result.offered, result.answered, result.failed, result.latency.count, result.lag.count]).toEqual([
      10, 10, 0, 10, 10,
    ]);
    expect(result.latency.max).toBeLessThan(10);
    expect(result.operations.map((one) => [one.operation, one.reactive, one.offered, one.failures])).toEqual([
      ['get', false, 10, {}],
      ['get', true, 4, { 'status-500': 4 }],
    ]);
    expect(result.seconds[0]).toMatchObject({ offered: 10, answered: 10, failed: 0 });
  });

  it('When what a request depends on failed, then it is offered and failed as abandoned, without a latency', async () => {
    const { engine, recorder } = await makeWorld({ warmUpMs: 1_000 });
    engine.abandon('cancel-order', 500);
    engine.abandon('cancel-order', 1_500);
    const { offered, failed, failures, latency, operations, seconds } = recorder.result();
    expect({ offered, failed, failures }).toEqual({ offered: 1, failed: 1, failures: { abandoned: 1 } });
    expect(latency.count).toBe(0);
    expect(operations).toMatchObject([{ operation: 'cancel-order', offered: 1, answered: 0 }]);
    expect(seconds.slice(0, 2)).toMatchObject([
      { second: -1, offered: 1, failed: 1 },
      { second: 0, offered: 1, failed: 1 },
    ]);
  });

  it('When orders settle and sessions begin, then those of the measured time are counted', async () => {
    const { engine, recorder } = await makeWorld({ warmUpMs: 1_000, durationMs: 1_000 });
    for (const moment of [900, 1_000, 1_999, 2_000]) engine.session(moment);
    engine.settled(500, 30);
    engine.settled(1_500, 250);
    engine.settled(1_600, undefined);
    const { sessions, settle, unsettled } = recorder.result();
    expect([sessions, settle.count, unsettled]).toEqual([2, 1, 1]);
    expect(settle.p50).toBeCloseTo(250, 0);
  });
});

describe('a whole run', () => {
  const traffic = (moments: readonly number[]) => {
    return async (engine: Parameters<Parameters<typeof runLoad>[0]['traffic']>[0]): Promise<void> => {
      const answers = moments.map(
        (intendedAt) =>
          new Promise((resolve) =>
            engine.at(intendedAt, () =>
              resolve(
                engine.send({
                  operation: 'get',
                  method: 'GET',
                  url: 'http://shop/',
                  intendedAt,
                  expected: [200],
                }),
              ),
            ),
          ),
      );
      await Promise.all(answers);
    };
  };

  it('When it ends, then its result is a LoadResult, with the CPU of the measured time only', async () => {
    const clock = makeFakeClock();
    const run = runLoad(
      { warmUpMs: 1_000, durationMs: 2_000, traffic: traffic(every(10, 320)) },
      fakeDeps(clock, OK),
    );
    await clock.runTo(10_000);
    const result = LoadResult.parse(await run);
    expect(result.offered).toBe(200);
    expect(result.generator.wallSeconds).toBeCloseTo(2, 2);
    expect(result.generator.cpuSeconds).toBeCloseTo(1, 2);
    expect(result.generator.peakInFlight).toBe(1);
  });

  it('When nobody answers, then the result says so and is whole', async () => {
    const clock = makeFakeClock();
    const run = runLoad(
      { warmUpMs: 0, durationMs: 1_000, timeoutMs: 500, traffic: traffic(every(100, 10)) },
      fakeDeps(clock, () => 'never'),
    );
    await clock.runTo(10_000);
    const { offered, answered, failures, generator } = LoadResult.parse(await run);
    expect({ offered, answered, failures }).toEqual({ offered: 10, answered: 0, failures: { timeout: 10 } });
    expect(generator.peakInFlight).toBeGreaterThan(4);
  });

  it('When it goes on, then progress is told once a second, from the warm-up to the end', async () => {
    const clock = makeFakeClock();
    const told: [number, number][] = [];
    const run = runLoad(
      {
        warmUpMs: 2_000,
        durationMs: 3_000,
        traffic: traffic(every(100, 50)),
        onProgress: ({ second, offered }) => void told.push([second, offered]),
      },
      fakeDeps(clock, OK),
    );
    await clock.runTo(10_000);
    await run;
    expect(told.map(([second]) => second)).toEqual([-2, -1, 0, 1, 2]);
    expect(told.map(([, offered]) => offered).at(-1)).toBeGreaterThanOrEqual(20);
    expect(told[1]?.[1]).toBe(0);
  });
});
