import type { LoadSecond } from '../results/run-record.ts';

/** Counts what is planned by the second of its intended moment. Seconds are numbered from the end of the warm-up. */
export type Seconds = {
  readonly offered: (second: number) => void;
  readonly answered: (second: number) => void;
  readonly failed: (second: number) => void;
  readonly latency: (second: number, ms: number) => void;
  readonly all: () => readonly LoadSecond[];
};

type Counted = { offered: number; answered: number; failed: number; readonly latencies: number[] };

/** The least value that so many per cent of them do not exceed. */
const percentileOf = (sorted: Float64Array, percent: number): number | null =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? null;

const secondOf = (second: number, { latencies, ...counts }: Counted): LoadSecond => {
  const sorted = Float64Array.from(latencies).sort();
  return { second, ...counts, p50: percentileOf(sorted, 50), p99: percentileOf(sorted, 99) };
};

/**
 * Makes the seconds from `first` (below 0: the warm-up) up to, and without, `end`; what lies outside is not counted. A
 * second's latencies are kept as they are: fewer than a histogram has counters, and exact.
 */
export const makeSeconds = (first: number, end: number): Seconds => {
  const counted = Array.from(
    { length: Math.max(0, end - first) },
    (): Counted => ({ offered: 0, answered: 0, failed: 0, latencies: [] }),
  );
  const count = (second: number, what: 'offered' | 'answered' | 'failed'): void => {
    const found = counted[second - first];
    if (found) found[what] += 1;
  };
  return {
    offered: (second) => count(second, 'offered'),
    answered: (second) => count(second, 'answered'),
    failed: (second) => count(second, 'failed'),
    latency: (second, ms) => void counted[second - first]?.latencies.push(ms),
    all: () => counted.map((one, index) => secondOf(index + first, one)),
  };
};
