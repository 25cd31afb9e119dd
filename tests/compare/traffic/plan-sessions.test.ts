import { describe, expect, it } from 'vitest';
import { CATALOGUE, isScarce } from '../../../compare/traffic/mix.ts';
import {
  type PlannedSession,
  planSessions,
  type TrafficPlan,
} from '../../../compare/traffic/plan-sessions.ts';
import { readMix, sharesOf } from '../../../compare/traffic/read-mix.ts';
import { evenSchedule } from './test-job.ts';

const PLAN: TrafficPlan = {
  mix: readMix('shop'),
  shape: 'steady',
  arrivals: 'constant',
  rate: 200,
  durationSeconds: 60,
  warmUpSeconds: 5,
  seed: 42,
};
const plan = (change: Partial<TrafficPlan> = {}) => planSessions({ ...PLAN, ...change }, evenSchedule);
const stepsOf = (sessions: readonly PlannedSession[]) => sessions.flatMap(({ steps }) => steps);

describe('planSessions', () => {
  it('When the seed is the same, then everything is; when it is another, then it is not', () => {
    expect(plan()).toEqual(plan());
    expect(plan({ seed: 43 })).not.toEqual(plan());
  });

  it('When seeds are neighbours, then the sessions of one are not those of the other, moved by one', () => {
    const does = (sessions: readonly PlannedSession[]) =>
      sessions
        .slice(0, 200)
        .map(({ kind, customer, steps }) => [kind, customer, steps.map(({ pick }) => pick)]);
    const [one, other] = [does(plan()), does(plan({ seed: 43 }))];
    const same = one.slice(1).filter((session, index) => String(session) === String(other[index]));
    expect(same.length).toBeLessThan(20);
  });

  it('When it is steady, then as many requests are planned for each part of the measured time as the rate says', () => {
    const steps = stepsOf(plan());
    const counts = [0, 1, 2, 3].map(
      (quarter) =>
        steps.filter(({ at }) => at >= 5_000 + quarter * 15_000 && at < 5_000 + (quarter + 1) * 15_000)
          .length,
    );
    for (const count of counts) expect(Math.abs(count - 3_000)).toBeLessThan(120);
    expect(steps.every(({ at }) => at >= 0 && at < 65_000)).toBe(true);
  });

  it('When many sessions come, then their kinds have the shares of the mix', () => {
    const sessions = plan({ durationSeconds: 300 });
    for (const [kind, share] of sharesOf(PLAN.mix)) {
      const seen = sessions.filter((session) => session.kind === kind).length / sessions.length;
      expect(Math.abs(seen - share)).toBeLessThan(0.012);
    }
  });

  it('When products are looked at, then the nth is n times as rare as the first', () => {
    const looks = stepsOf(plan({ mix: readMix('browse'), durationSeconds: 300 })).filter(
      ({ operation }) => operation === 'get-product',
    );
    const times = (rank: number): number => looks.filter(({ pick }) => pick === rank).length;
    const harmonic = Array.from({ length: CATALOGUE }, (_, index) => 1 / (index + 1)).reduce((a, b) => a + b);
    for (const rank of [0, 1, 3, 9]) {
      const expected = looks.length / harmonic / (rank + 1);
      expect(Math.abs(times(rank) - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
    expect(looks.every(({ pick }) => pick >= 0 && pick < CATALOGUE)).toBe(true);
  });

  it('When the mix has no popular products, then all are as likely', () => {
    const mix = readMix('{"weights": {"browser": 1}, "zipf": 0}');
    const looks = stepsOf(plan({ mix, durationSeconds: 300 })).filter(
      ({ operation }) => operation === 'get-product',
    );
    const first = looks.filter(({ pick }) => pick < 10).length / looks.length;
    expect(Math.abs(first - 0.1)).toBeLessThan(0.01);
  });

  it('When a session thinks, then its steps follow one another, and each order has 1 to 3 different products', () => {
    const sessions = plan();
    for (const { steps } of sessions) {
      const times = steps.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
    const orders = stepsOf(sessions).filter(({ operation }) => operation === 'place-order');
    expect(orders.length).toBeGreaterThan(100);
    for (const { lines } of orders) {
      expect(new Set(lines.map(({ product }) => product)).size).toBe(lines.length);
      expect(lines.length).toBeGreaterThanOrEqual(1);
      expect(lines.length).toBeLessThanOrEqual(3);
    }
  });

  it('When a product is scarce, then its units never come back: its orders are not cancelled and its stock is not set', () => {
    const sessions = plan({ mix: readMix('{"weights": {"returning": 1, "stockkeeper": 1}}') });
    const steps = stepsOf(sessions);
    const scarce = sessions.filter(({ steps }) =>
      steps.some(({ lines }) => lines.some(({ product }) => isScarce(product))),
    );
    expect(scarce.length).toBeGreaterThan(100);
    expect(stepsOf(scarce).filter(({ operation }) => operation === 'cancel-order')).toEqual([]);
    expect(steps.filter(({ operation }) => operation === 'cancel-order').length).toBeGreaterThan(50);
    const checked = steps.filter(({ operation }) => operation === 'check-stock');
    expect(checked.filter(({ pick }) => isScarce(pick) || pick >= CATALOGUE)).toEqual([]);
  });

  it('When it is a burst of photos, then they come on top, in the middle of the measured time', () => {
    const [steady, burst] = [plan(), plan({ shape: 'photo-burst' })];
    expect(burst.slice(0, steady.length)).toEqual(steady);
    const photos = burst.slice(steady.length);
    expect(photos.length).toBe(240);
    expect(photos.every(({ kind }) => kind === 'photographer')).toBe(true);
    const begins = photos.map(({ steps }) => steps[0]?.at ?? 0);
    expect(Math.min(...begins)).toBeGreaterThanOrEqual(29_000);
    expect(Math.max(...begins)).toBeLessThan(41_000);
  });
});
