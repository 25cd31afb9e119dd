import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Distance of the points of a curve on the axis x = -log10(1 - p). */
const STEP = 0.02;

/** The axis ends at the 99.999th percentile. */
const END = 5;

/** A distribution by percentile: `ms[i]` at x = i * 0.02, as far as its number of values reaches. */
export type Curve = {
  readonly count: number;
  readonly ms: readonly number[];
  /** The latency at a percentile from 0 to 100, ms. */
  readonly at: (percentile: number) => number;
  readonly max: number;
};

/** The place of a share of all requests, from 0 to below 1, on the axis: 0 for 0, 1 for 90 %, 2 for 99 %. */
export const placeOf = (share: number): number => -Math.log10(1 - share);

const merged = (histograms: readonly string[]): Histogram => {
  const all = build({ numberOfSignificantValueDigits: 3, autoResize: true, bitBucketSize: 64 });
  for (const histogram of histograms) all.add(decodeFromCompressedBase64(histogram, 64));
  return all;
};

/**
 * The merged distribution of several runs.
 *
 * @param histograms HdrHistogram's V2 encoding, base64, values in µs; an empty text is an empty histogram
 * @returns undefined when they hold no value at all
 */
export const curveOf = (histograms: readonly string[]): Curve | undefined => {
  const all = merged(histograms.filter((histogram) => histogram !== ''));
  const count = all.totalCount;
  if (count === 0) return undefined;
  const at = (percentile: number): number => all.getValueAtPercentile(percentile) / 1_000;
  const points = Math.floor(Math.min(END, Math.log10(count)) / STEP + 1e-9) + 1;
  const ms = Array.from({ length: points }, (_, index) => at(100 * (1 - 10 ** (-index * STEP))));
  return { count, ms, at, max: all.maxValue / 1_000 };
};

/** The points' places on the axis, for so many of them. */
export const places = (points: number): number[] =>
  Array.from({ length: points }, (_, index) => Number((index * STEP).toFixed(2)));
