import { describe, expect, it } from 'vitest';
import { every, makeWorld } from './support.ts';

describe('engine', () => {
  it('When every request is answered, then latency, service time and lag are what the clock says', async () => {
    const { clock, plan, recorder } = await makeWorld();
    plan(every(10, 100));
    await clock.runTo(2_000);
    const { offered, answered, failed, latency, service, lag } = recorder.result();
    expect({ offered, answered, failed }).toEqual({ offered: 100, answered: 100, failed: 0 });
    // The very first is due while the clock is being made: it rings half a ms after its start at the earliest.
    expect(latency.p50).toBeCloseTo(5, 1);
    expect(service.max).toBeCloseTo(5, 1);
    expect(lag.max).toBeLessThanOrEqual(0.5);
  });

  it('When the server stalls, then every moment in the stall counts from itself: no coordinated omission', async () => {
    const stallEnd = 700;
    const { clock, plan, recorder } = await makeWorld({
      behaviour: ({ intendedAt }) =>
        intendedAt >= 500 && intendedAt < stallEnd
          ? { afterMs: stallEnd - intendedAt + 1, status: 200 }
          : { afterMs: 1, status: 200 },
      maxInFlight: 1_000,
    });
    plan(every(1, 1_000));
    await clock.runTo(3_000);
    const { latency, offered } = recorder.result();
    expect(offered).toBe(1_000);
    // 200 of 1,000 wait 1 to 200 ms: those above the 90th percentile are the later half of that.
    expect(latency.p90).toBeGreaterThan(98);
    expect(latency.p90).toBeLessThan(104);
    expect(latency.max).toBeGreaterThan(199);
  });

  it('When the generator itself is late, then latency and lag have it and service time has not', async () => {
    const { clock, plan, recorder } = await makeWorld();
    plan([100, 110]);
    await clock.runTo(90);
    clock.freezeUntil(140);
    await clock.runTo(1_000);
    const { latency, service, lag } = recorder.result();
    expect(lag.max).toBeCloseTo(40, 0);
    expect(lag.min).toBeCloseTo(30, 0);
    expect(latency.max).toBeCloseTo(45, 0);
    expect(service.max).toBeCloseTo(5, 1);
  });

  it('When many answers were found together, then each has the time at which they were found', async () => {
    const { clock, plan, recorder } = await makeWorld();
    plan([100, 101]);
    clock.plan(103, () => clock.polledAt(105.2));
    await clock.runTo(1_000);
    const { latency, service } = recorder.result();
    // They would have 5.0 ms each by the time at which their turn came.
    expect(latency.min).toBeCloseTo(4.2, 1);
    expect(service.max).toBeCloseTo(5, 0);
  });

  it('When what a request depends on was late, then its latency has that and the lag has not', async () => {
    const { clock, engine, recorder } = await makeWorld();
    engine.at(150, () => {
      void engine.send({
        operation: 'order',
        method: 'POST',
        url: 'http://shop/orders',
        intendedAt: 100,
        readyAt: 150,
        expected: [200],
      });
    });
    await clock.runTo(1_000);
    const { latency, lag } = recorder.result();
    expect(latency.max).toBeCloseTo(55, 0);
    expect(lag.max).toBeLessThan(0.01);
  });

  it('When too many are in flight, then further ones fail as refused, are not sent and have no latency', async () => {
    const { clock, plan, recorder, transport, takePeak } = await makeWorld({
      behaviour: () => ({ afterMs: 500, status: 200 }),
      maxInFlight: 10,
    });
    plan(every(10, 25));
    await clock.runTo(2_000);
    const { offered, answered, failures, failed, latency } = recorder.result();
    expect({ offered, answered, failed, failures }).toEqual({
      offered: 25,
      answered: 10,
      failed: 15,
      failures: { refused: 15 },
    });
    expect(latency.count).toBe(10);
    expect(transport.sent()).toHaveLength(10);
    expect(takePeak()).toBe(10);
  });

  it('When no answer comes in time, then it is given up, and counts with the time at which it was', async () => {
    const { clock, plan, recorder, transport, inFlight } = await makeWorld({
      behaviour: ({ intendedAt }) => (intendedAt === 200 ? 'never' : { afterMs: 5, status: 200 }),
      timeoutMs: 300,
    });
    plan([100, 200, 300, 1_000]);
    await clock.runTo(450);
    expect(inFlight()).toBe(1);
    await clock.runTo(2_000);
    const { failures, latency, answered } = recorder.result();
    expect(failures).toEqual({ timeout: 1 });
    expect(answered).toBe(3);
    expect(latency.count).toBe(4);
    expect(latency.max).toBeCloseTo(300, -1);
    expect(transport.cancelled()).toBe(1);
    expect(inFlight()).toBe(0);
  });

  it('When the only request in flight hangs and nothing else is due, then it is given up all the same', async () => {
    const { clock, engine } = await makeWorld({ behaviour: () => 'never', timeoutMs: 300 });
    await clock.runTo(100);
    const answer = engine.send({
      operation: 'get',
      method: 'GET',
      url: 'http://shop/',
      intendedAt: 100,
      expected: [200],
    });
    await clock.runTo(1_000);
    await expect(answer).resolves.toMatchObject({ ok: false, status: undefined });
  });

  it('When connections break and statuses are not the expected ones, then each is counted by what it was', async () => {
    const { clock, plan, recorder } = await makeWorld({
      behaviour: ({ intendedAt }) => ({
        afterMs: 5,
        status: intendedAt < 100 ? 503 : intendedAt < 200 ? 'break' : 200,
      }),
    });
    plan(every(50, 6));
    await clock.runTo(1_000);
    const { failures, answered, failed, latency } = recorder.result();
    expect(failures).toEqual({ 'status-503': 2, error: 2 });
    expect({ answered, failed, latency: latency.count }).toEqual({ answered: 4, failed: 4, latency: 6 });
  });

  it('When an action is added for the past or for an earlier moment than all others, then it runs in time', async () => {
    const { clock, engine } = await makeWorld();
    const ran: [string, number][] = [];
    const note = (name: string) => () => void ran.push([name, engine.now()]);
    engine.at(1_000, note('late'));
    engine.at(50, note('early'));
    await clock.runTo(200);
    engine.at(10, note('past'));
    engine.at(300, note('first of two'));
    engine.at(300, note('second of two'));
    await clock.runTo(2_000);
    expect(ran.map(([name]) => name)).toEqual(['early', 'past', 'first of two', 'second of two', 'late']);
    expect(ran.find(([name]) => name === 'past')?.[1]).toBeLessThanOrEqual(201);
    expect(ran.find(([name]) => name === 'late')?.[1]).toBe(1_000);
  });

  it('When actions add actions that are due at once, then these run in the same go', async () => {
    const { clock, engine } = await makeWorld();
    let depth = 0;
    const again = (): void => {
      depth += 1;
      if (depth < 100) engine.at(engine.now(), again);
    };
    engine.at(100, again);
    await clock.runTo(101);
    expect(depth).toBe(100);
  });
});
