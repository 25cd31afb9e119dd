import { describe, expect, it } from 'vitest';
import { curveOf, placeOf, places } from '../../../compare/report/curve.ts';
import { typicalRun } from '../../../compare/report/select.ts';
import { distributionOf } from './support/distribution.ts';
import { fullFixture } from './support/fixtures.ts';

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the curve of latency by percentile', () => {
  it('When histograms are merged, then the percentiles are those of all values together', () => {
    const curve = curveOf([
      distributionOf(numbers(1, 500)).histogram,
      distributionOf(numbers(501, 1_000)).histogram,
    ]);
    expect(curve?.count).toBe(1_000);
    for (const percentile of [50, 90, 99]) {
      expect(Math.abs((curve?.at(percentile) ?? 0) - 10 * percentile)).toBeLessThan(10 * percentile * 0.001);
    }
  });

  it('When a curve is drawn, then the point at x is the percentile 1 - 10^-x, as far as the values reach', () => {
    const curve = curveOf([distributionOf(numbers(1, 1_000)).histogram]);
    const x = places(curve?.ms.length ?? 0);
    expect(x.at(-1)).toBe(3);
    const at = (share: number): number => curve?.ms[x.indexOf(placeOf(share))] ?? 0;
    expect(placeOf(0.9)).toBeCloseTo(1);
    expect(Math.abs((curve?.ms[50] ?? 0) - 900)).toBeLessThan(1);
    expect(Math.abs((curve?.ms[100] ?? 0) - 990)).toBeLessThan(1);
    expect(at(0)).toBeLessThan(1.01);
  });

  it('When there is no value, then there is no curve', () => {
    expect(curveOf([])).toBeUndefined();
    expect(curveOf(['', distributionOf([]).histogram])).toBeUndefined();
  });
});

describe('the run that stands for its repetitions', () => {
  it('When there are several, then its 99th percentile is their median', () => {
    const runs = fullFixture(['spike']).runs.flatMap((run) =>
      run.load && run.shape === 'spike' && run.target.name === 'serverless/dynamodb'
        ? [{ ...run, load: run.load }]
        : [],
    );
    const sorted = runs.map(({ load }) => load.latency.p99).sort((a, b) => a - b);
    expect(runs).toHaveLength(5);
    expect(typicalRun(runs)?.load.latency.p99).toBe(sorted[2]);
    expect(typicalRun([])).toBeUndefined();
  });
});
