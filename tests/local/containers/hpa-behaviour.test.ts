import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../local/containers/hpa.ts';
import {
  afterChange,
  DEFAULTS,
  type Decision,
  decide,
  type History,
  type Rule,
  startHistory,
} from '../../../local/containers/hpa-behaviour.ts';

const START = 1_000_000_000;
const SYNC = 15_000;
const rule: Rule = { ...DEFAULTS, requestMilli: 250 };

/** Replicas that are long ready, at so many % of their request. */
const podsAt = (count: number, percent: number, now: number): Pod[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `pod-${index}`,
    phase: 'running',
    startedAt: START - 3_600_000,
    ready: true,
    readyChangedAt: START - 3_590_000,
    cpu: { milli: (250 * percent) / 100, at: now, windowMs: SYNC },
  }));

/** Follows a service that is used at so many % at each sync, with every decision carried out at once. */
const follow = (
  from: number,
  percents: readonly number[],
  changes: Partial<Rule> = {},
): readonly Decision[] => {
  let history: History = startHistory(from, START);
  let current = from;
  return percents.map((percent, index) => {
    const now = START + index * SYNC;
    const decision = decide({ ...rule, ...changes }, history, current, podsAt(current, percent, now), now);
    history = decision.history;
    if (decision.desired !== current) history = afterChange(history, now, decision.desired - current);
    current = decision.desired;
    return decision;
  });
};

const desired = (decisions: readonly Decision[]): number[] => decisions.map((one) => one.desired);

describe('going up', () => {
  it('When much more is needed at once, then it grows by four, then doubles, each sync', () => {
    // Always 10 times the target: 1 -> 1 + 4 = 5 -> max(5 + 4, 5 x 2) = 10 -> 20 -> 40.
    const decisions = follow(1, [600, 600, 600, 600, 600], { max: 50 });
    expect(desired(decisions)).toEqual([5, 10, 20, 40, 50]);
    expect(decisions.map(({ why }) => why)).toEqual(['rate', 'rate', 'rate', 'rate', 'max']);
    expect(decisions.map(({ limit }) => limit)).toEqual([5, 10, 20, 40, 80]);
  });

  it('When the largest number is reached, then it stays there', () => {
    const decisions = follow(3, [600, 600]);
    expect(decisions.map(({ desired: to, why }) => [to, why])).toEqual([
      [7, 'rate'],
      [10, 'max'],
    ]);
  });

  it('When a period is longer than a sync, then what was added in it counts', () => {
    // Period 60 s: from 1, at most 5 until 60 s after the first change.
    const decisions = follow(1, [600, 600, 600, 600, 600], { upPeriodMs: 60_000, max: 50 });
    expect(desired(decisions)).toEqual([5, 5, 5, 5, 10]);
    expect(decisions[1]).toMatchObject({ limit: 5, why: 'rate', current: 5 });
  });

  it('When there is a window, then the lowest of it is what it goes up to', () => {
    // 200 % of 2 asks for 7, but 2 was asked for within the last 45 s, until those are over.
    const decisions = follow(2, [60, 200, 200, 200], { upWindowMs: 45_000 });
    expect(decisions.map(({ desired: to, why }) => [to, why])).toEqual([
      [2, 'within-tolerance'],
      [2, 'window'],
      [2, 'window'],
      [6, 'rate'],
    ]);
  });

  it('When the percentage gives a part of a replica, then it is rounded up', () => {
    // 3 x 1.5 = 4.5.
    const [decision] = follow(3, [600], { upPods: 0, upPercent: 50 });
    expect(decision).toMatchObject({ desired: 5, limit: 5 });
  });
});

describe('going down', () => {
  it('When less is needed, then it waits for five minutes', () => {
    // 20 syncs of 15 s are 300 s: until then the 4 that there were at the start are the highest number asked for.
    const decisions = follow(4, [60, ...Array.from({ length: 22 }, () => 10)]);
    expect(desired(decisions).slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 4));
    expect(decisions[19]?.why).toBe('window');
    // 10 / 60 x 4 = 0.67.
    expect(decisions[20]).toMatchObject({ current: 4, desired: 1, why: 'metric', limit: 0 });
  });

  it('When more was needed in between, then it waits for that too', () => {
    // 40 % of 4 asks for 3 and 10 % for 1: with a window of 60 s, the 3 of the second sync are good until the sixth.
    const decisions = follow(4, [60, 40, 10, 10, 10, 10, 10], { downWindowMs: 60_000 });
    expect(desired(decisions)).toEqual([4, 4, 4, 4, 3, 1, 1]);
  });

  it('When there is no window, then it goes down at once', () => {
    expect(desired(follow(4, [10], { downWindowMs: 0 }))).toEqual([1]);
  });

  it('When only a percentage may go in a period, then what is left of the last one stays', () => {
    // Half a period: 8 -> 4 -> 2, with periods of one sync; the part is cut off: 5 x 0.5 = 2.5 leaves 2.
    const half = { downWindowMs: 0, downPercent: 50 };
    expect(desired(follow(8, [1, 1, 1], half))).toEqual([4, 2, 1]);
    expect(desired(follow(5, [1], half))).toEqual([2]);
    // With periods of four syncs 8 -> 4 is all until a minute later.
    expect(desired(follow(8, [1, 1, 1, 1, 1], { ...half, downPeriodMs: 60_000 }))).toEqual([4, 4, 4, 4, 2]);
  });

  it('When --min is above what the metric asks for, then it ends there', () => {
    const decisions = follow(4, [1, 1], { downWindowMs: 0, min: 2 });
    expect(decisions[0]).toMatchObject({ desired: 2, why: 'min' });
  });
});

describe('the range', () => {
  it('When there are more or fewer, then it goes to its edge without a metric', () => {
    expect(decide(rule, startHistory(12, START), 12, [], START)).toMatchObject({
      desired: 10,
      why: 'above-max',
    });
    const two = { ...rule, min: 2 };
    expect(decide(two, startHistory(1, START), 1, [], START)).toMatchObject({ desired: 2, why: 'below-min' });
  });

  it('When there is none, then nothing is done', () => {
    expect(decide(rule, startHistory(0, START), 0, [], START)).toMatchObject({ desired: 0, why: 'none' });
  });
});

describe('a decision, whatever came before', () => {
  const percents = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 60 });
  const from = fc.integer({ min: 1, max: 10 });

  it('When it is made, then it is in the range, and no faster than the rates', () => {
    fc.assert(
      fc.property(from, percents, (start, used) => {
        for (const { current, desired: to } of follow(start, used)) {
          expect(to).toBeGreaterThanOrEqual(1);
          expect(to).toBeLessThanOrEqual(Math.min(10, Math.max(current + 4, current * 2)));
        }
      }),
    );
  });

  it('When it goes down, then to no less than was asked for in the last five minutes', () => {
    fc.assert(
      fc.property(from, percents, (start, used) => {
        const decisions = follow(start, used);
        decisions.forEach(({ current, desired: to }, index) => {
          if (to >= current) return;
          const asked = decisions.slice(Math.max(0, index - 19), index + 1);
          expect(to).toBe(Math.max(1, ...asked.map(({ proposal }) => proposal?.replicas ?? 0)));
        });
      }),
    );
  });

  it('When the load stays what it is, then the number comes to rest', () => {
    fc.assert(
      fc.property(from, fc.integer({ min: 0, max: 3_000 }), (start, milli) => {
        let history = startHistory(start, START);
        let current = start;
        const seen: number[] = [];
        for (let index = 0; index < 120; index += 1) {
          const now = START + index * SYNC;
          const decision = decide(rule, history, current, podsAt(current, milli / 2.5 / current, now), now);
          history = afterChange(decision.history, now, decision.desired - current);
          current = decision.desired;
          seen.push(current);
        }
        // The percentage is rounded, so a smaller number may lead to a smaller one still, each 20 decisions later.
        expect(new Set(seen.slice(80)).size).toBe(1);
      }),
    );
  });
});
