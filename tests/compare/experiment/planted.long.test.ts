import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type PlantedTarget, planted, plantedDeps } from '../../../bench/planted-deps.ts';
import { analyse } from '../../../compare/experiment/analysis.ts';
import { makeBootstrap } from '../../../compare/experiment/bootstrap.ts';
import { conclude } from '../../../compare/experiment/conclusions.ts';
import { GATE_LIMITS } from '../../../compare/experiment/gate-limits.ts';
import { planRuns } from '../../../compare/experiment/plan.ts';
import { runPlan } from '../../../compare/experiment/run-plan.ts';
import { makeStatistics } from '../../../compare/experiment/statistics.ts';
import { RunRecord } from '../../../compare/results/run-record.ts';

const HOG = fileURLToPath(new URL('./cpu-hog-child.ts', import.meta.url));

/** A tests' machine has other work to do: here it is the analysis that is tested, and the gates of the host in the last test. */
const LENIENT = {
  ...GATE_LIMITS,
  sendLagP99Ms: 1_000,
  // Of runs of 0.4 s the generator spends half on becoming hot
  generatorCpuPercent: 100,
  hostStealPercent: 100,
  saturatedSecondsPercent: 100,
};

const run = (
  targets: readonly PlantedTarget[],
  repetitions: number,
  durationSeconds: number,
  limits = GATE_LIMITS,
) => {
  const infos = targets.map(({ info }) => info);
  return runPlan(
    {
      runs: planRuns({ targets: infos, shapes: ['steady'], repetitions, seed: 1 }),
      rate: 200,
      durationSeconds,
      warmUpSeconds: 0.1,
      overheadSeconds: () => 1,
    },
    plantedDeps(targets, { limits }),
  );
};

// A moment in which the tests' machine is disturbed can hide a difference, so there is a second try.
describe('a planted difference', { retry: 2 }, () => {
  it('When one of two servers answers 5 ms later, then it is found slower, and the interval excludes 0', async () => {
    const runs = await run([planted('as it is', 0), planted('slowed', 5)], 5, 0.3, LENIENT);
    for (const record of runs)
      expect(RunRecord.parse(record)).toMatchObject({ refused: false, broken: null });
    const analysis = analyse(runs, makeStatistics(makeBootstrap()));
    const p50 = analysis.comparisons.find(({ metric }) => metric === 'p50');
    expect(p50).toMatchObject({ a: 'as it is', b: 'slowed', verdict: 'a is less', difference: { n: 5 } });
    expect(p50?.difference.low).toBeGreaterThan(0);
    expect(p50?.difference.median).toBeGreaterThan(4);
    expect(p50?.difference.median).toBeLessThan(10);
    expect(conclude({ runs, ...analysis }).supports[0]).toContain(
      'slowed against as it is (5 blocks): median latency',
    );
  });
});

describe('a CPU hog', () => {
  it('When every core is busy with something else, then the run is refused as one of a saturated host', async () => {
    const hogs = Array.from({ length: availableParallelism() }, () => fork(HOG));
    try {
      await Promise.all(hogs.map((hog) => once(hog, 'message')));
      const target = planted('disturbed', 0);
      const own = { ...target, info: { ...target.info, kind: 'embedded' as const } };
      const [record] = await run([own], 1, 1.2);
      const failed = record?.gates.filter(({ ok }) => !ok).map(({ name }) => name);
      expect(record?.refused).toBe(true);
      expect(failed).toEqual(expect.arrayContaining(['host-others', 'host-saturated']));
      expect(analyse(record ? [record] : [], makeStatistics(makeBootstrap())).summaries).toMatchObject([
        { runs: 0, refused: 1, metrics: {} },
      ]);
    } finally {
      await Promise.all(
        hogs.map(async (hog) => {
          const gone = once(hog, 'exit');
          hog.kill('SIGKILL');
          await gone;
        }),
      );
    }
  });
});
