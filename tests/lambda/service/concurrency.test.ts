import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Limits, usualLimits } from '../../../local/lambda/concurrency/limits.ts';
import type { Member } from '../../../local/lambda/concurrency/pool.ts';
import { makeLambdaService } from '../../../local/lambda/concurrency/service.ts';
import { makeTurnstile, type Turnstile } from '../../../local/lambda/concurrency/turnstile.ts';
import { makeMetrics } from '../../../local/lambda/metrics/metrics.ts';
import type { LambdaFunction } from '../../../local/lambda/types.ts';
import {
  type FakeEnvironment,
  fakeFunction,
  invocation,
  makeFakeEnvironments,
  settle,
} from './fake-environments.ts';

const ACCOUNT = 'ConcurrentInvocationLimitExceeded';
const RESERVED = 'ReservedFunctionConcurrentInvocationLimitExceeded';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** As on a machine with a processor for everybody: limits are what is tested here. */
const OPEN: Turnstile<Member> = {
  pass: (visitor) => void visitor.begin((_, giveBack) => giveBack()),
  recall: () => {},
};

const make = (
  functions: readonly LambdaFunction[],
  limits: Partial<Limits> = {},
  turnstile = OPEN,
  takesAhead = false,
) => {
  const { start, started } = makeFakeEnvironments(takesAhead);
  const metrics = makeMetrics(900);
  const service = makeLambdaService({
    functions,
    limits: { ...usualLimits(16 * 2 ** 30), ...limits },
    start,
    metrics,
    turnstile,
  });
  /** Invokes so many times; gives what was refused, and with which reasons. */
  const invoke = (key: string, times = 1) => {
    const reasons: string[] = [];
    for (let i = 0; i < times; i += 1) {
      const running = service.invoke(key, invocation(`${key}-${i}`));
      if (typeof running === 'string') reasons.push(running);
    }
    return { refused: reasons.length, reason: reasons[0] };
  };
  const pool = (key: string) => service.pools().find((one) => one.key === key);
  return { service, metrics, started, invoke, pool };
};

describe('Environments', () => {
  it('When invocations overlap, then each has an environment of its own; when they follow, they reuse the last used', async () => {
    const { started, invoke } = make([fakeFunction('f')]);
    invoke('f', 3);
    expect(started.map(({ invocations }) => invocations.length)).toEqual([1, 1, 1]);
    await started[2]?.end();
    await started[0]?.end();
    await started[1]?.end();
    invoke('f');
    invoke('f');
    expect(started).toHaveLength(3);
    expect(started.map(({ invocations }) => invocations.length)).toEqual([2, 2, 1]);
  });

  it('When an environment is lost, or dies while idle, then the next invocation has a new one', async () => {
    const { started, invoke, pool } = make([fakeFunction('f')]);
    invoke('f');
    await started[0]?.end({ environmentLost: true, status: 'timeout' });
    expect(pool('f')).toEqual({ key: 'f', busy: 0, alive: 0 });
    invoke('f');
    await started[1]?.end();
    await started[1]?.die();
    expect(pool('f')?.alive).toBe(0);
    invoke('f');
    expect(started.map(({ invocations }) => invocations.length)).toEqual([1, 1, 1]);
  });

  it('When an environment has been idle for the limit, then it ends, and no sooner', async () => {
    const { started, invoke } = make([fakeFunction('f')], { idleMs: 5_000 });
    invoke('f', 2);
    await started[0]?.end();
    vi.advanceTimersByTime(3_000);
    await started[1]?.end();
    vi.advanceTimersByTime(1_999);
    expect(started.map((one) => one.isStopped())).toEqual([false, false]);
    vi.advanceTimersByTime(1_001);
    expect(started.map((one) => one.isStopped())).toEqual([true, false]);
    vi.advanceTimersByTime(3_000);
    expect(started.map((one) => one.isStopped())).toEqual([true, true]);
  });

  it('When the code is rebuilt, then idle environments end, running ones after their invocation, and new ones have it', async () => {
    const { service, started, invoke } = make([fakeFunction('f'), fakeFunction('g')]);
    invoke('f', 2);
    invoke('g');
    await started[1]?.end();
    await started[2]?.end();
    service.update([fakeFunction('f', { revision: '2' }), fakeFunction('g')]);
    expect(started.map((one) => one.isStopped())).toEqual([false, true, false]);
    await started[0]?.end();
    expect(started[0]?.isStopped()).toBe(true);
    invoke('f');
    expect(started[3]?.fn.revision).toBe('2');
  });

  it('When the machine is full, then an idle environment of any function makes room; when all are busy, it is a throttle', async () => {
    const { started, invoke, pool } = make([fakeFunction('f'), fakeFunction('g')], { environments: 3 });
    invoke('f', 2);
    await started[1]?.end();
    vi.advanceTimersByTime(10);
    await started[0]?.end();
    expect(invoke('g', 2).refused).toBe(0);
    expect([pool('f')?.alive, pool('g')?.alive]).toEqual([1, 2]);
    expect(started.map((one) => one.isStopped())).toEqual([false, true, false, false]);
    expect(invoke('f', 2)).toEqual({ refused: 1, reason: ACCOUNT });
  });
});

describe('Throttling', () => {
  it('When a function has reserved n, then the invocation after n is refused with its Reason, and one that ends makes room', async () => {
    const { started, invoke } = make([fakeFunction('f', { reservedConcurrency: 2 })]);
    expect(invoke('f', 5)).toEqual({ refused: 3, reason: RESERVED });
    await started[0]?.end();
    expect(invoke('f', 2)).toEqual({ refused: 1, reason: RESERVED });
  });

  it('When a function has reserved 0, then every invocation is refused', () => {
    const { started, invoke } = make([fakeFunction('f', { reservedConcurrency: 0 })]);
    expect(invoke('f', 3)).toEqual({ refused: 3, reason: RESERVED });
    expect(started).toEqual([]);
  });

  it('When n is reserved, then the others share the account without n, whether the n are used or not', async () => {
    const limits = { accountConcurrency: 10, unreservedConcurrency: 1 };
    const { started, invoke } = make(
      [fakeFunction('f', { reservedConcurrency: 4 }), fakeFunction('g'), fakeFunction('h')],
      limits,
    );
    expect(invoke('g', 4).refused).toBe(0);
    expect(invoke('h', 5)).toEqual({ refused: 3, reason: ACCOUNT });
    expect(invoke('f', 4).refused).toBe(0);
    await started[0]?.end();
    expect(invoke('h', 2)).toEqual({ refused: 1, reason: ACCOUNT });
  });

  it('When reservations leave too little of the account, then it is refused at the start', () => {
    const reserving = (n: number) => () => make([fakeFunction('f', { reservedConcurrency: n })]);
    expect(reserving(901)).toThrow(/f reserve 901 .* must leave 100 unreserved/);
    expect(reserving(900)).not.toThrow();
  });

  it('When environments come faster than the scaling rate, then it is a throttle, and the rate is refilled continuously', async () => {
    const { started, invoke } = make([fakeFunction('f'), fakeFunction('g')], { scalingRate: 20 });
    expect(invoke('f', 30)).toEqual({ refused: 10, reason: ACCOUNT });
    // 20 in 10 s are 2 a second: after 1.4 s two more, and 0.8 of a third
    vi.advanceTimersByTime(1_400);
    expect(invoke('f', 5).refused).toBe(3);
    vi.advanceTimersByTime(100);
    expect(invoke('f', 5).refused).toBe(4);
    // Each function has a rate of its own; what is idle again costs none
    expect(invoke('g', 20).refused).toBe(0);
    await Promise.all(started.slice(0, 5).map((one) => one.end()));
    expect(invoke('f', 5).refused).toBe(0);
    // What was not used is not saved
    vi.advanceTimersByTime(60_000);
    expect(invoke('f', 30).refused).toBe(10);
  });

  it('When requests come faster than ten a second for each concurrency, then it is a throttle', async () => {
    const { started, invoke } = make([fakeFunction('f', { reservedConcurrency: 2 })]);
    const oneAfterAnother = async (times: number) => {
      let refused = 0;
      let reason: string | undefined;
      for (let i = 0; i < times; i += 1) {
        const result = invoke('f');
        refused += result.refused;
        reason ??= result.reason;
        if (result.refused === 0) await started[0]?.end();
      }
      return { refused, reason };
    };
    const reason = 'ReservedFunctionInvocationRateLimitExceeded';
    expect(await oneAfterAnother(25)).toEqual({ refused: 5, reason });
    vi.advanceTimersByTime(500);
    expect(await oneAfterAnother(12)).toEqual({ refused: 2, reason });
  });
});

describe('A spike from 0 to 100 concurrent requests', () => {
  it('When 100 come each second for 4 s and each runs 2.5 s, then the metrics of each second are those of a calculation by hand', async () => {
    const limits = { scalingRate: 50, environments: 1_000 };
    const { metrics, started, invoke } = make([fakeFunction('f', { memoryMb: 1_024 })], limits);
    const second = () => Date.now() / 1_000;
    const begin = second();
    /** Ends at 2.5 s what began at 0, and so on. */
    const due: { at: number; index: number }[] = [];
    for (let tick = 0; tick <= 14; tick += 1) {
      const now = tick / 2;
      await Promise.all(
        due
          .filter(({ at }) => at === now)
          .map(({ index }) => started[index]?.end({ durationMs: 2_500, billedMs: 2_500 })),
      );
      if (Number.isInteger(now) && now < 4) {
        const before = started.map(({ invocations }) => invocations.length);
        invoke('f', 100);
        started.forEach(({ invocations }, index) => {
          if (invocations.length > (before[index] ?? 0)) due.push({ at: now + 2.5, index });
        });
      }
      vi.advanceTimersByTime(500);
    }
    const columns = metrics
      .seconds(begin)
      .map((line) => [
        ...[line.second - begin, line.arrivals, line.invocations, line.coldStarts, line.throttles],
        ...[line.concurrent, line.billedGbSeconds],
      ]);
    // 50 environments at once, then 5 a second. Those of second 0 end at 2.5 s, are idle at 3 s, and serve again then.
    expect(columns).toEqual([
      [0, 100, 50, 50, 50, 50, 0],
      [1, 100, 5, 5, 95, 55, 0],
      [2, 100, 5, 5, 95, 60, 125],
      [3, 100, 55, 5, 45, 65, 12.5],
      [4, 0, 0, 0, 0, 60, 12.5],
      [5, 0, 0, 0, 0, 55, 137.5],
    ]);
    expect(started).toHaveLength(65);
    await settle();
  });
});

describe('Turns', () => {
  const invocationsOf = (started: readonly FakeEnvironment[]): number[] =>
    started.map(({ invocations }) => invocations.length);

  /** So many warm environments, of which `width` may begin at once; without a clock none of them ever takes long. */
  const makeWarm = async (
    environments: number,
    width: number,
    clock: { now?: () => number } = { now: () => 0 },
  ) => {
    const made = make([fakeFunction('f')], { idleMs: 5_000 }, makeTurnstile({ width, ...clock }));
    made.invoke('f', environments);
    for (const one of made.started) await one.end();
    return made;
  };

  it('When more warm invocations come than have a turn, then the others follow in their order, in what was used last', async () => {
    const { started, invoke, pool } = await makeWarm(4, 2);
    invoke('f', 4);
    expect(invocationsOf(started)).toEqual([1, 1, 2, 2]);
    expect(pool('f')).toEqual({ key: 'f', busy: 4, alive: 4 });
    await started[3]?.end();
    expect(started[3]?.invocations.at(-1)?.requestId).toBe('f-2');
    await started[3]?.end();
    await started[3]?.end();
    await started[2]?.end();
    expect(invocationsOf(started)).toEqual([1, 1, 2, 4]);
    expect(started).toHaveLength(4);
    expect(pool('f')?.busy).toBe(0);
  });

  it('When one comes for which no idle environment is left, then a new one is started for it at once, whoever waits', async () => {
    const { started, invoke } = await makeWarm(2, 1);
    invoke('f', 4);
    expect(invocationsOf(started)).toEqual([1, 2, 1, 1]);
  });

  it('When one that has its turn takes long, then the next begins beside it, and each has an environment', async () => {
    const { started, invoke } = await makeWarm(3, 1, {});
    invoke('f', 3);
    expect(invocationsOf(started)).toEqual([1, 1, 2]);
    await vi.waitFor(() => expect(invocationsOf(started)).toEqual([2, 2, 2]));
  });

  it('When one comes while others wait, then it begins after them, also where there is room again', async () => {
    let now = 0;
    const { service, started } = await makeWarm(3, 1, { now: () => now });
    const begun = () =>
      started.flatMap(({ invocations }) => invocations.slice(1).map((one) => one.requestId));
    void service.invoke('f', invocation('first'));
    void service.invoke('f', invocation('second'));
    expect(begun()).toEqual(['first']);
    now = 6;
    void service.invoke('f', invocation('third'));
    expect(begun().toSorted()).toEqual(['first', 'second']);
  });

  it('When the environment that one waits for has ended, then it begins in a new one, a cold start', async () => {
    const { started, invoke, metrics } = await makeWarm(2, 1);
    invoke('f', 2);
    await started[0]?.die();
    await started[1]?.end({ environmentLost: true });
    expect(invocationsOf(started)).toEqual([1, 2, 1]);
    expect(metrics.totals()[0]?.counts).toMatchObject({ invocations: 4, coldStarts: 3 });
  });

  it('When an environment is only waited for, then it counts as used: all are there as long as all would have been at work', async () => {
    const { started, invoke } = await makeWarm(2, 1);
    for (let second = 0; second < 10; second += 1) {
      vi.advanceTimersByTime(1_000);
      invoke('f', 2);
      await started[1]?.end();
      await started[1]?.end();
    }
    expect(started.map((one) => one.isStopped())).toEqual([false, false]);
    expect(invocationsOf(started)).toEqual([1, 21]);
  });
});

describe('Turns in an environment that is still at work', () => {
  /** Warm environments of f and g that take the next invocation ahead; the clock stands until the test moves it. */
  const makeBusy = async (environments: number, width: number) => {
    const clock = { ms: 0 };
    const turnstile = makeTurnstile<Member>({ width, now: () => clock.ms });
    const made = make([fakeFunction('f'), fakeFunction('g')], {}, turnstile, true);
    for (const key of ['f', 'g']) made.invoke(key, environments);
    const { started } = made;
    for (const one of started) await one.end();
    const call = (...ids: readonly string[]): void => {
      for (const id of ids) void made.service.invoke(id.slice(0, 1), invocation(id));
    };
    /** What each environment has begun since, without those that have begun nothing. */
    const begun = (): string[] =>
      started
        .map(({ invocations }) => invocations.slice(1).map(({ requestId }) => requestId))
        .map((ids) => ids.join(' '))
        .filter(Boolean);
    const ahead = (): (string | undefined)[] =>
      started.map((one) => one.ahead()?.requestId).filter((id) => id !== undefined);
    const at = (id: string): FakeEnvironment => {
      const found = started.find(({ invocations }) => invocations.at(-1)?.requestId === id);
      if (!found) throw new Error(`${id} does not run`);
      return found;
    };
    return { ...made, clock, call, begun, ahead, at };
  };

  it('When all turns are taken, then the next one is sent ahead to each that runs, and they go on in their order', async () => {
    const { call, begun, ahead, at, pool } = await makeBusy(5, 2);
    call('f1', 'f2', 'f3', 'f4', 'f5');
    expect(begun().toSorted()).toEqual(['f1', 'f2']);
    expect(ahead().toSorted()).toEqual(['f3', 'f4']);
    await at('f1').end();
    expect(begun().toSorted()).toEqual(['f1 f3', 'f2']);
    expect(ahead().toSorted()).toEqual(['f4', 'f5']);
    await at('f3').end();
    await at('f5').end();
    await at('f2').end();
    await at('f4').end();
    expect(begun().toSorted()).toEqual(['f1 f3 f5', 'f2 f4']);
    expect(pool('f')).toEqual({ key: 'f', busy: 0, alive: 5 });
    call('f6', 'f7', 'f8', 'f9', 'f10');
    expect(pool('f')).toEqual({ key: 'f', busy: 5, alive: 5 });
  });

  it('When one runs for long, then what was sent ahead to it begins elsewhere, before all that came later', async () => {
    const { call, begun, ahead, clock } = await makeBusy(3, 1);
    call('f1', 'f2', 'f3');
    expect([begun(), ahead()]).toEqual([['f1'], ['f2']]);
    clock.ms = 6;
    await vi.waitFor(() => expect(begun().toSorted()).toEqual(['f1', 'f2']));
    expect(ahead()).toEqual(['f3']);
  });

  it('When it has been taken by then, then it stays where it is, and begins when the one before it ends', async () => {
    const { call, begun, at, clock } = await makeBusy(3, 1);
    call('f1', 'f2');
    at('f1').take();
    clock.ms = 6;
    call('f3');
    expect(begun().toSorted()).toEqual(['f1', 'f3']);
    await at('f1').end();
    expect(begun().toSorted()).toEqual(['f1 f2', 'f3']);
  });

  it('When room is looked for and none is found, then nobody is forgotten', async () => {
    const { call, begun, at, clock, pool } = await makeBusy(6, 1);
    call('f1', 'f2');
    at('f1').take();
    clock.ms = 6;
    call('f3', 'f4');
    clock.ms = 10;
    await at('f1').end();
    clock.ms = 12;
    call('f5');
    for (const id of ['f2', 'f3', 'f4', 'f5']) await at(id).end();
    expect(
      begun()
        .flatMap((ids) => ids.split(' '))
        .toSorted(),
    ).toEqual(['f1', 'f2', 'f3', 'f4', 'f5']);
    expect(pool('f')?.busy).toBe(0);
  });

  it('When one of another function waits, then nothing that came later goes ahead of it', async () => {
    const { call, begun, ahead, at } = await makeBusy(4, 1);
    call('f1', 'f2', 'g1', 'f3');
    expect(ahead()).toEqual(['f2']);
    await at('f1').end();
    expect([begun(), ahead()]).toEqual([['f1 f2'], []]);
    await at('f2').end();
    expect(begun()).toEqual(['f1 f2', 'g1']);
    await at('g1').end();
    expect(begun()).toEqual(['f1 f2 f3', 'g1']);
  });

  it('When the function is rebuilt, then what was sent ahead begins on the new code, and the old environment ends', async () => {
    const { service, started, call, begun, ahead, at } = await makeBusy(2, 1);
    call('f1', 'f2');
    const old = at('f1');
    service.update([fakeFunction('f', { revision: '2' })]);
    expect(ahead()).toEqual([]);
    await old.end();
    expect(begun()).toEqual(['f1']);
    expect(old.isStopped()).toBe(true);
    const fresh = started.find(({ invocations }) => invocations[0]?.requestId === 'f2');
    expect(fresh?.fn.revision).toBe('2');
  });

  it('When the function is rebuilt after it was taken, then it ends on the old code, and its environment with it', async () => {
    const { service, call, begun, at } = await makeBusy(2, 1);
    call('f1', 'f2');
    const old = at('f1');
    old.take();
    service.update([fakeFunction('f', { revision: '2' })]);
    await old.end();
    expect(begun()).toEqual(['f1 f2']);
    expect(old.isStopped()).toBe(false);
    await old.end();
    expect(old.isStopped()).toBe(true);
  });

  it('When the environment is lost with the one before it, then it begins in another', async () => {
    const { call, begun, at } = await makeBusy(2, 1);
    call('f1', 'f2');
    await at('f1').end({ environmentLost: true });
    expect(begun().toSorted()).toEqual(['f1', 'f2']);
  });

  it('When the service is closed, then every idle environment ends', async () => {
    const { service, started } = await makeBusy(3, 1);
    await service.close();
    expect(started.every((one) => one.isStopped())).toBe(true);
  });
});
