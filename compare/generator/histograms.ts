import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import type { Distribution } from '../results/run-record.ts';

/** Durations, recorded in ms, kept in µs to 3 significant digits, so that any percentile is off by 0.1 % at most. */
export type Durations = {
  readonly record: (ms: number) => void;
  readonly distribution: () => Distribution;
  /** Takes in what another holds. */
  readonly add: (other: Durations) => void;
  readonly histogram: Histogram;
};

/** One hour: no request of a run takes longer, and what does is counted as this. */
const MOST_MICROSECONDS = 3_600_000_000;

// Plain arrays of counters: on Node 24 they record faster than the WebAssembly ones, which pay for the call.
const newHistogram = (): Histogram =>
  build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MOST_MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  });

/** The points that are written down of a histogram of µs, in ms. All are 0 when it is empty. */
export const distributionOf = (histogram: Histogram): Distribution => {
  const count = histogram.totalCount;
  const at = (percentile: number): number =>
    count === 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1_000;
  return {
    count,
    mean: histogram.mean / 1_000,
    min: at(0),
    // Not the very greatest value, but the top of its class, as all percentiles are: none may lie above it.
    max: at(100),
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    histogram: encodeIntoCompressedBase64(histogram),
  };
};

const wrap = (histogram: Histogram): Durations => ({
  record: (ms) => {
    // What is a hair early by rounding is on time.
    const microseconds = Math.round(ms * 1_000);
    histogram.recordValue(microseconds > 0 ? Math.min(microseconds, MOST_MICROSECONDS) : 0);
  },
  distribution: () => distributionOf(histogram),
  add: (other) => histogram.add(other.histogram),
  histogram,
});

/** Makes an empty one. */
export const makeDurations = (): Durations => wrap(newHistogram());

/** Reads back what a distribution was made from. @throws Error when its `histogram` is none */
export const histogramOf = ({ histogram }: Pick<Distribution, 'histogram'>): Histogram =>
  decodeFromCompressedBase64(histogram, 32, false, MOST_MICROSECONDS);

/** The distribution of all that several runs have seen: of the pooled values, not a mean of percentiles. */
export const mergeDistributions = (distributions: readonly Distribution[]): Distribution => {
  const all = newHistogram();
  for (const distribution of distributions) all.add(histogramOf(distribution));
  return distributionOf(all);
};

/** A point of a latency curve. */
export type CurvePoint = { readonly percentile: number; readonly ms: number };

/** Where a chart by percentile has its points unless told otherwise. */
export const CURVE_PERCENTILES: readonly number[] = [
  0, 10, 25, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 99, 99.25, 99.5, 99.75, 99.9, 99.95, 99.99,
  100,
];

/**
 * The curve of a distribution at these percentiles (0 to 100). Those for which it has too few values are left out: the
 * percentile above which less than one value lies is the maximum again, and would be drawn as if it had been seen. 100 stays.
 */
export const curveOf = (
  distribution: Distribution,
  percentiles: readonly number[] = CURVE_PERCENTILES,
): readonly CurvePoint[] => {
  if (distribution.count === 0) return [];
  const histogram = histogramOf(distribution);
  return percentiles
    .filter((percentile) => percentile === 100 || distribution.count * (1 - percentile / 100) >= 1)
    .map((percentile) => ({ percentile, ms: histogram.getValueAtPercentile(percentile) / 1_000 }));
};
