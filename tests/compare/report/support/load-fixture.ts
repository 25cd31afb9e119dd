import type { LoadResult } from '../../../../compare/results/run-record.ts';
import { distributionOf } from './distribution.ts';
import { logNormal } from './random.ts';
import { DURATION, SHAPES, WARM_UP } from './shape-rates.ts';
import type { Behaviour } from './targets.ts';

const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;

/** Load as a generator would report it: every second drawn, every total the sum of its seconds. */
export const loadFixture = (
  { info, p50, spread }: Behaviour,
  shape: string,
  random: () => number,
): LoadResult => {
  const rate = SHAPES[shape] ?? (() => 0);
  const all: number[] = [];
  let failed = 0;
  const level = p50 * (0.95 + random() * 0.1);
  const seconds: LoadResult['seconds'] = [];
  for (let second = -WARM_UP; second < DURATION; second++) {
    const offered = Math.round(rate(second) * (0.94 + random() * 0.12));
    const isSurge = rate(second) > 2 * rate(second - 3);
    const slow = isSurge ? (info.style === 'serverless' ? 0.3 : 0.6) : 0;
    const times = Array.from({ length: offered }, () =>
      random() < slow
        ? logNormal(random, info.style === 'serverless' ? 210 : 55, 0.4)
        : logNormal(random, level, spread),
    ).sort((a, b) => a - b);
    const bad = isSurge ? Math.min(offered, Math.round(random() * 2)) : 0;
    seconds.push({
      second,
      offered,
      answered: offered,
      failed: bad,
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
    });
    if (second >= 0) {
      all.push(...times);
      failed += bad;
    }
  }
  const latency = distributionOf(all);
  const lag = distributionOf(all.slice(0, 200).map(() => random() * 2));
  const settle = distributionOf(all.filter((_, index) => index % 20 === 0).map((time) => 90 + time * 9));
  return {
    offered: all.length,
    answered: all.length,
    failed,
    failures: failed > 0 ? { 'status-503': failed } : {},
    sessions: Math.round(all.length / 7),
    latency,
    service: latency,
    lag,
    settle,
    unsettled: 0,
    operations: ['list-products', 'place-order', 'poll-order'].map((operation, at) => {
      const part = distributionOf(
        all.filter((_, index) => index % 8 === at).map((time) => time * (1 + at / 4)),
      );
      const failures: Record<string, number> = at === 1 && failed > 0 ? { 'status-503': failed } : {};
      return {
        operation,
        reactive: operation === 'poll-order',
        offered: part.count,
        answered: part.count,
        failures,
        latency: part,
        service: part,
      };
    }),
    seconds,
    generator: { cpuSeconds: DURATION * 0.04, wallSeconds: DURATION, peakInFlight: 23 },
  };
};
