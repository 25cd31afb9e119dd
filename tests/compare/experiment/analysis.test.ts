import { describe, expect, it } from 'vitest';
import { analyse } from '../../../compare/experiment/analysis.ts';
import { makeBootstrap } from '../../../compare/experiment/bootstrap.ts';
import { makeStatistics } from '../../../compare/experiment/statistics.ts';
import { Comparison, Effects, Summary } from '../../../compare/results/report-data.ts';
import type { RunRecord, TargetInfo } from '../../../compare/results/run-record.ts';
import { at, embedded, goodLoad, goodMeasurement, goodRun, refusedRun } from './runs.ts';

const statistics = makeStatistics(makeBootstrap());
const [M, S] = [embedded('microservices'), embedded('serverless')];
const [MD, SD] = [embedded('microservices', 'dynamodb'), embedded('serverless', 'dynamodb')];
const BLOCKS = [1, 2, 3, 4, 5];

/** A machine that gets slower from block to block: differences do not see it. */
const drift = (block: number): number => block * 10;
const small = (block: number): number => (block % 3) / 100;
const runsOf = (target: TargetInfo, p50: number): RunRecord[] =>
  BLOCKS.map((block) => goodRun(target, block, p50 + drift(block) + small(block + target.name.length)));

describe('analyse', () => {
  it('When one target is slower by less than the machine drifts, then it is found by blocks', () => {
    const { comparisons } = analyse([...runsOf(S, 8), ...runsOf(M, 5)], statistics);
    const p50 = comparisons.find(({ metric }) => metric === 'p50');
    expect(Comparison.parse(p50)).toMatchObject({ a: M.name, b: S.name, verdict: 'a is less' });
    expect(p50?.difference.median).toBeCloseTo(3, 1);
    expect(p50?.difference.low).toBeGreaterThan(2.8);
    expect(p50?.difference.high).toBeLessThan(3.2);
    expect(p50?.ratio?.median).toBeCloseTo(38 / 35, 2);
  });

  it('When both targets are the same, then no metric tells them apart', () => {
    const { comparisons } = analyse([...runsOf(M, 5), ...runsOf({ ...M, name: 'again' }, 5)], statistics);
    expect(comparisons.map(({ metric }) => metric)).toEqual([
      'p50',
      'p95',
      'p99',
      'settle',
      'failedShare',
      'cpuPer1000',
      'gbPer1000',
    ]);
    expect(comparisons.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 7 }, () => 'none'));
  });

  it('When a pair has 7 metrics, then each interval is the one of a family of 7, which is wider than one alone', () => {
    const runs = [
      ...runsOf(M, 5),
      ...BLOCKS.map((block) => goodRun(S, block, 8 + drift(block) + block / 10)),
    ];
    const [p50] = analyse(runs, statistics).comparisons;
    const of = (target: TargetInfo, block: number): number =>
      runs.find((run) => run.target === target && run.block === block)?.load?.latency.p50 ?? 0;
    const differences = BLOCKS.map((block) => of(S, block) - of(M, block));
    expect(p50?.difference).toEqual(statistics.contrast(differences, 7));
    expect(p50?.difference.high).toBeGreaterThan(statistics.contrast(differences, 1).high ?? 0);
  });

  it('When a run was refused, then it is in no figure, and its block in no comparison', () => {
    const runs = [...runsOf(M, 5), ...runsOf(S, 8).slice(1), refusedRun(S, 1, 999)];
    const { summaries, comparisons } = analyse(runs, statistics);
    const [first, second] = summaries;
    expect(first).toMatchObject({ target: M.name, runs: 5, refused: 0, metrics: { p50: { n: 5 } } });
    expect(Summary.parse(second)).toMatchObject({ target: S.name, runs: 4, refused: 1 });
    expect(second?.metrics.p50).toMatchObject({ n: 4, low: null, high: null });
    expect(second?.metrics.p50?.median).toBeLessThan(100);
    expect(comparisons[0]).toMatchObject({ verdict: 'unknown', difference: { n: 4, low: null } });
  });

  it('When all runs of a target broke, then its summary says so and nothing is compared with it', () => {
    const broken = { refused: true, broken: 'It did not start.', load: null, measured: null };
    const runs = [...runsOf(M, 5), ...BLOCKS.map((block) => goodRun(S, block, 1, broken))];
    const { summaries, comparisons, effects } = analyse(runs, statistics);
    expect(summaries[1]).toEqual({ target: S.name, shape: 'steady', runs: 0, refused: 5, metrics: {} });
    expect([comparisons, effects]).toEqual([[], []]);
  });

  it('When resources are summed, then only those of gateway, service and store are; where none were measured, the metric is missing', () => {
    const url = goodRun(at('url'), 1, 5, { measured: { ...goodMeasurement(), components: [] } });
    const { summaries } = analyse([goodRun(M, 1, 5), url], statistics);
    expect(summaries[0]?.metrics).toMatchObject({ cpuPer1000: { median: 3 }, gbPer1000: { median: 4 } });
    expect(Object.keys(summaries[1]?.metrics ?? {})).toEqual(['p50', 'p95', 'p99', 'settle', 'failedShare']);
  });

  it('When a share of failures is 0 somewhere, then there is a difference and no ratio', () => {
    const failing = { load: { ...goodLoad(), failed: 50 } };
    const runs = BLOCKS.flatMap((block) => [goodRun(M, block, 5), goodRun(S, block, 5, failing)]);
    const { comparisons } = analyse(runs, statistics);
    expect(comparisons.find(({ metric }) => metric === 'failedShare')).toMatchObject({
      ratio: null,
      verdict: 'a is less',
      difference: { median: 5 },
    });
  });

  it('When shapes differ, then each is analysed by itself', () => {
    const spike = runsOf(S, 90).map((run) => ({ ...run, shape: 'spike' }));
    const { comparisons, summaries } = analyse([...runsOf(M, 5), ...runsOf(S, 5), ...spike], statistics);
    expect(comparisons.every(({ shape }) => shape === 'steady')).toBe(true);
    expect(summaries.find(({ shape, target }) => shape === 'spike' && target === M.name)?.runs).toBe(0);
  });
});

describe('effects', () => {
  const all = (sd: number): RunRecord[] => [
    ...runsOf(M, 5),
    ...runsOf(S, 8),
    ...runsOf(MD, 15),
    ...runsOf(SD, sd),
  ];
  const p50Of = (runs: readonly RunRecord[]): Effects | undefined =>
    analyse(runs, statistics).effects.find(({ metric }) => metric === 'p50');

  it('When style adds 3 ms and the store 10 ms, then each is found by itself and no interaction', () => {
    const effects = Effects.parse(p50Of(all(18)));
    expect(effects.style.median).toBeCloseTo(3, 1);
    expect(effects.store.median).toBeCloseTo(10, 1);
    expect(effects.style.low).toBeGreaterThan(2.8);
    expect(effects.store.low).toBeGreaterThan(9.8);
    expect(effects.interaction.low).toBeLessThanOrEqual(0);
    expect(effects.interaction.high).toBeGreaterThanOrEqual(0);
    expect(effects.cells.map(({ target }) => target)).toEqual([M.name, MD.name, S.name, SD.name]);
  });

  it('When both together add 4 ms more, then that is the interaction', () => {
    const effects = p50Of(all(22));
    expect(effects?.interaction.median).toBeCloseTo(4, 1);
    expect(effects?.interaction.low).toBeGreaterThan(3.5);
    expect(effects?.style.median).toBeCloseTo(5, 1);
  });

  it('When a cell is missing, then there are no effects; when it lacks a valid run, then no interval', () => {
    expect(p50Of([...runsOf(M, 5), ...runsOf(S, 8), ...runsOf(MD, 15)])).toBeUndefined();
    const runs = all(18).map((run) => (run.target === SD && run.block === 2 ? refusedRun(SD, 2, 9) : run));
    expect(p50Of(runs)?.style).toMatchObject({ n: 4, low: null, high: null });
  });
});
