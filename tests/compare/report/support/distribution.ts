import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Distribution } from '../../../../compare/results/run-record.ts';

/** What a generator writes of these values, in ms. */
export const distributionOf = (values: readonly number[]): Distribution => {
  const histogram = build({
    numberOfSignificantValueDigits: 3,
    autoResize: true,
    highestTrackableValue: 60_000_000,
  });
  for (const value of values) histogram.recordValue(Math.max(1, Math.round(value * 1_000)));
  const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1_000;
  const some = values.length > 0;
  return {
    count: values.length,
    mean: some ? histogram.mean / 1_000 : 0,
    min: some ? histogram.minNonZeroValue / 1_000 : 0,
    max: some ? histogram.maxValue / 1_000 : 0,
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    histogram: encodeIntoCompressedBase64(histogram, 1),
  };
};
