import { describe, expect, it } from 'vitest';
import { runClosedLoop } from '../../../compare/generator/closed-loop.ts';
import { type Behaviour, makeFakeClock, makeFakeTransport } from './support.ts';

const REQUEST = { operation: 'get', method: 'GET', url: 'http://shop/', expected: [200] } as const;

const run = async (behaviour: Behaviour, callers = 3) => {
  const clock = makeFakeClock();
  const transport = makeFakeTransport(clock, behaviour);
  const done = runClosedLoop(
    { callers, warmUpMs: 1_000, durationMs: 2_000, timeoutMs: 200, next: () => REQUEST },
    {
      transport,
      now: clock.now,
      wait: (ms) => new Promise((resolve) => clock.plan(clock.now() + ms, () => resolve(undefined))),
      cpuSeconds: () => clock.now() / 4_000,
    },
  );
  await clock.runTo(10_000);
  return { result: await done, transport };
};

describe('closed loop', () => {
  it('When each caller is answered in 10 ms, then the throughput is 100 a second for each', async () => {
    const { result } = await run(() => ({ afterMs: 10, status: 200 }));
    expect(result.throughput).toBeGreaterThan(297);
    expect(result.throughput).toBeLessThan(303);
    expect(result.failures).toEqual({});
    expect(result.generator.cpuSeconds).toBeCloseTo(0.5, 2);
  });

  it('When the server stalls, then callers wait and send nothing: which is why it has no percentiles', async () => {
    const { transport } = await run(() => ({ afterMs: 100, status: 200 }), 1);
    const sent = transport.sent();
    expect(sent.slice(1).every((at, index) => at - (sent[index] ?? 0) >= 100)).toBe(true);
  });

  it('When answers are not the expected ones, then they are failures and no throughput', async () => {
    const { result } = await run(() => ({ afterMs: 10, status: 503 }), 1);
    expect(result.throughput).toBe(0);
    expect(result.failures['status-503']).toBe(result.answered);
  });

  it('When nobody answers, then callers give up after the time for it and go on', async () => {
    const { result, transport } = await run(() => 'never', 1);
    expect(result.answered).toBe(0);
    expect(result.failures['timeout']).toBeGreaterThanOrEqual(7);
    expect(transport.cancelled()).toBeGreaterThan(10);
  });

  it('When connections break at once, then they are counted, and tried again with a pause', async () => {
    const { result } = await run(() => ({ afterMs: 0, status: 'break' }), 1);
    expect(result.failures['error']).toBeGreaterThan(30);
    expect(result.failures['error']).toBeLessThan(50);
  });
});
