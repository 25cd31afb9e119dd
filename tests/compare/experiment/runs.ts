import { GATE_LIMITS } from '../../../compare/experiment/gate-limits.ts';
import { makeRandom } from '../../../compare/experiment/random.ts';
import type {
  Distribution,
  LoadResult,
  Measurement,
  RunRecord,
  TargetInfo,
} from '../../../compare/results/run-record.ts';

/** Runs as data, for tests: what a generator and a measurement would have said. */

/** An embedded target, e.g. `serverless/postgres`. */
export const embedded = (
  style: 'microservices' | 'serverless',
  store: 'postgres' | 'dynamodb' = 'postgres',
): TargetInfo => ({
  name: `${style}/${store}`,
  kind: 'embedded',
  style,
  store,
  about: `embedded, on ${store}`,
  faithful: true,
});

/** Anything behind a URL. */
export const at = (name: string): TargetInfo => ({
  name,
  kind: 'url',
  style: null,
  store: null,
  about: 'a URL',
  faithful: true,
});

/** A distribution around a median. */
export const distribution = (p50: number, count = 1_000): Distribution => ({
  count,
  mean: p50,
  min: p50 / 2,
  max: p50 * 4,
  p50,
  p75: p50 * 1.2,
  p90: p50 * 1.5,
  p95: p50 * 2,
  p99: p50 * 3,
  p999: p50 * 4,
  histogram: '',
});

/** Load that nothing is wrong with. */
export const goodLoad = (p50 = 5): LoadResult => ({
  offered: 1_000,
  answered: 1_000,
  failed: 0,
  failures: {},
  sessions: 100,
  latency: distribution(p50),
  service: distribution(p50),
  lag: { ...distribution(0.5), p99: 1.5 },
  settle: distribution(p50 * 10, 100),
  unsettled: 0,
  operations: [],
  seconds: [],
  generator: { cpuSeconds: 1, wallSeconds: 10, peakInFlight: 10 },
});

/** A measurement on two cores that nobody disturbed. */
export const goodMeasurement = (cpu = 2): Measurement => ({
  processes: [],
  stack: [],
  host: Array.from({ length: 12 }, (_, index) => ({
    second: index - 2,
    usedCores: index < 2 ? 2 : 0.8,
    stealCores: 0.02,
    otherCores: index < 2 ? 1 : 0.05,
  })),
  components: [
    { component: 'generator', cpuSeconds: 9, gbSeconds: 9, cpuSecondsPer1000: 9, gbSecondsPer1000: 9 },
    { component: 'service', cpuSeconds: cpu, gbSeconds: 3, cpuSecondsPer1000: cpu, gbSecondsPer1000: 3 },
    { component: 'other', cpuSeconds: 9, gbSeconds: 9, cpuSecondsPer1000: 9, gbSecondsPer1000: 9 },
    { component: 'store', cpuSeconds: 1, gbSeconds: 1, cpuSecondsPer1000: 1, gbSecondsPer1000: 1 },
  ],
  clockDriftMs: -0.2,
});

/** A run that counts. */
export const goodRun = (
  target: TargetInfo,
  block: number,
  p50: number,
  more: Partial<RunRecord> = {},
): RunRecord => ({
  id: `b${block}-${target.name}`,
  target,
  shape: 'steady',
  rate: 100,
  durationSeconds: 10,
  warmUpSeconds: 2,
  seed: block,
  block,
  position: 1,
  startedAt: '2025-01-01T00:00:00.000Z',
  gates: [],
  invariants: [],
  refused: false,
  broken: null,
  load: goodLoad(p50),
  measured: goodMeasurement(),
  ...more,
});

/** Refused by the load of others. */
export const refusedRun = (target: TargetInfo, block: number, p50: number): RunRecord =>
  goodRun(target, block, p50, {
    refused: true,
    gates: [
      {
        name: 'host-others',
        ok: false,
        says: 'Others used 60 % of all cores; at most 10 % is allowed.',
        value: 60,
        limit: GATE_LIMITS.hostOthersPercent,
        unit: '%',
      },
    ],
  });

/** Numbers between 0 and 1, and of the standard normal distribution, from a seed. */
export const makeNoise = (
  seed: number,
): { readonly uniform: () => number; readonly normal: () => number } => {
  const random = makeRandom(seed);
  const uniform = (): number => (random.below(2 ** 31 - 1) + 0.5) / 2 ** 31;
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
};
