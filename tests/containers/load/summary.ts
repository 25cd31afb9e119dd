import type { LoadResult } from './open-loop.ts';

/** A load in one line. Latencies in ms. */
export type Summary = {
  readonly sent: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
};

/** The least number that at least `share` of them do not exceed; NaN of none. */
export const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(numbers.length * share) - 1)] ?? Number.NaN;

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

/** Sums several loads up as one. */
export const summaryOf = (results: readonly LoadResult[]): Summary => {
  const all = results.flatMap(({ latencies }) => latencies);
  return {
    sent: results.reduce((sum, { sent }) => sum + sent, 0),
    failed: results.reduce((sum, { failures }) => sum + failures.length, 0),
    p50: rounded(quantile(all, 0.5)),
    p99: rounded(quantile(all, 0.99)),
    worst: rounded(quantile(all, 1)),
  };
};
