/** A spike from 0 to 100 concurrent requests against limits that a laptop reaches, held against a calculation by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FunctionSecond, secondsOf, totalOf } from '../support/metrics.ts';
import type { InvokeAnswer, Runtime } from '../support/runtime.ts';
import { startRuntime } from '../support/start-runtime.ts';

/**
 * 46 of the account less 3 reserved make a pool of 43. A function gains 40 environments within 20 s: 40 at once, then 2 a second.
 */
const SCALE = {
  accountConcurrency: 46,
  unreservedConcurrency: 4,
  scalingEnvironments: 40,
  scalingPeriodMs: 20_000,
};
/** Pause between two waves: 2.3 environments are gained in it, so that a machine 150 ms early or 350 ms late changes nothing. */
const WAVE_MS = 1_150;
/** Longer than all waves together: nothing ends before the last one came. */
const HOLD_MS = 3_500;

let runtime: Runtime;

beforeAll(async () => {
  runtime = await startRuntime('ours', { config: 'limits.yml', scale: SCALE });
});
afterAll(() => runtime?.stop());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for the first tenth of a second of the clock, so that a wave lies within one second. */
const atSecond = (): Promise<void> => pause(1_000 - (Date.now() % 1_000) + 100);

const wave = (count: number, ms: number): Promise<InvokeAnswer>[] =>
  Array.from({ length: count }, () => runtime.invoke('scaled', { ms }, { timeoutMs: 60_000 }));

const reasonsOf = async (answers: readonly Promise<InvokeAnswer>[]): Promise<Record<string, number>> => {
  const reasons: Record<string, number> = {};
  for (const answer of await Promise.all(answers)) {
    const reason = answer.status === 429 ? (answer.json as { Reason: string }).Reason : String(answer.status);
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return reasons;
};

const figures = (line: FunctionSecond | undefined) => {
  if (!line) return undefined;
  const { arrivals, invocations, coldStarts, throttles, concurrent } = line;
  return { arrivals, invocations, coldStarts, throttles, concurrent };
};

describe('a spike', () => {
  it('When 100 requests come at once and the throttled come again, then each second is as calculated', async () => {
    await atSecond();
    const startedAt = Date.now();
    const first = wave(100, HOLD_MS);
    await pause(startedAt + WAVE_MS - Date.now());
    const second = wave(60, HOLD_MS);
    await pause(startedAt + 2 * WAVE_MS - Date.now());
    const third = wave(58, HOLD_MS);
    const [one, two, three] = [await reasonsOf(first), await reasonsOf(second), await reasonsOf(third)];

    // 40 environments are gained at once; the other 60 requests are throttled for that
    // 1.15 s later 2.3 more are gained: 2. Again later 4.6 in all, of which 2 are used and 2 are there; but the pool of 43 has 1 left
    const lines = (await secondsOf(runtime, 'scaled')).filter(({ arrivals }) => arrivals > 0);
    expect(lines.map(figures)).toEqual([
      { arrivals: 100, invocations: 40, coldStarts: 40, throttles: 60, concurrent: 40 },
      { arrivals: 60, invocations: 2, coldStarts: 2, throttles: 58, concurrent: 42 },
      { arrivals: 58, invocations: 1, coldStarts: 1, throttles: 57, concurrent: 43 },
    ]);
    expect([one['200'], two['200'], three['200']]).toEqual([40, 2, 1]);
    expect(three['ConcurrentInvocationLimitExceeded']).toBe(57);
    expect(lines.map((line) => line.second - (lines[0]?.second ?? 0))).toEqual([0, 1, 2]);
  });

  it('When as many come again, then the environments that are there serve them without a cold start', async () => {
    await atSecond();
    const statuses = await reasonsOf(wave(43, 300));
    expect(statuses).toEqual({ 200: 43 });
    const last = (await secondsOf(runtime, 'scaled')).findLast(({ arrivals }) => arrivals > 0);
    expect(figures(last)).toEqual({
      arrivals: 43,
      invocations: 43,
      coldStarts: 0,
      throttles: 0,
      concurrent: 43,
    });
    // 43 invocations of 3.5 s and 43 of 0.3 s at a quarter of a GB are 40.85 GB-seconds, and the INIT of 43 environments comes on top
    const gbSeconds = (await secondsOf(runtime, 'scaled')).reduce(
      (sum, line) => sum + line.billedGbSeconds,
      0,
    );
    expect(gbSeconds).toBeGreaterThan(40.8);
    expect(gbSeconds).toBeLessThan(40.85 + 43 * 3);
  });

  it('When it is over, then the totals are the sums of the seconds', async () => {
    const lines = await secondsOf(runtime, 'scaled');
    const sum = (of: (line: FunctionSecond) => number): number =>
      lines.reduce((total, line) => total + of(line), 0);
    expect(await totalOf(runtime, 'lambda_invocations_total', 'scaled')).toBe(
      sum(({ invocations }) => invocations),
    );
    expect(await totalOf(runtime, 'lambda_throttles_total', 'scaled')).toBe(
      sum(({ throttles }) => throttles),
    );
    expect(await totalOf(runtime, 'lambda_cold_starts_total', 'scaled')).toBe(43);
  });
});
