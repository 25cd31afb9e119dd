import { cpus } from 'node:os';
import { monotonicMs } from '../compare/generator/pacer-memory.ts';
import { makeSchedule } from '../compare/generator/schedule.ts';
import { startGenerator } from '../compare/generator/start-generator.ts';
import { hostCpu } from '../compare/measure/proc.ts';
import type { BenchServer } from './generator-server.ts';
import { percentileOf, trueLatencies } from './generator-truth.ts';

/** Percentiles in ms; undefined: the tool does not print it. */
export type Points = {
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
};

/** What a tool said, and what was true for the moments at which it was to send. */
export type Reading = { readonly said: Points; readonly truth: Points };

/** A reading of ours, with what tells that it was disturbed: how late it sent, in ms, and what the hypervisor took of all cores. */
export type OurReading = Reading & { readonly lagP99: number; readonly stealPercent: number };

/** A run of constant arrivals; the measured seconds should be a whole number of the stalls' periods. */
export type AccuracyRun = {
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
};

/** The three points that are compared. */
export const pointsOf = (sorted: Float64Array): Points => ({
  p50: percentileOf(sorted, 50),
  p95: percentileOf(sorted, 95),
  p99: percentileOf(sorted, 99),
});

/** How far a tool is off the truth, as a share of it; undefined where it says nothing. */
export const errorOf = ({ said, truth }: Reading, point: keyof Points): number | undefined => {
  const one = said[point];
  const other = truth[point];
  return one === undefined || other === undefined ? undefined : Math.abs(one - other) / other;
};

/** How much older the wall clock is than the monotonic one, ms. It is read until whole ms of the first have turned a few times. */
const wallOffset = (): number => {
  const until = monotonicMs() + 3;
  let offset = Number.NEGATIVE_INFINITY;
  while (monotonicMs() < until) offset = Math.max(offset, Date.now() - monotonicMs());
  return offset;
};

/** Runs ours against the stalling server. The truth is that of the very schedule. */
export const readOurs = async (server: BenchServer, run: AccuracyRun): Promise<OurReading> => {
  const { rate, warmUpSeconds, seconds } = run;
  const durationSeconds = warmUpSeconds + seconds;
  await server.log();
  const before = hostCpu();
  const beganAt = monotonicMs();
  let startedAt = Number.NaN;
  const generator = startGenerator(
    {
      mode: 'open-loop',
      warmUpSeconds,
      durationSeconds: seconds,
      traffic: { kind: 'requests', url: server.url, arrivals: 'constant', rate, durationSeconds, seed: 1 },
    },
    {
      onStart: (at) => {
        startedAt = at - wallOffset();
      },
    },
  );
  const { latency, lag, failed } = await generator.result;
  if (failed > 0) throw new Error(`${failed} requests failed`);
  const allCores = ((monotonicMs() - beganAt) / 1_000) * cpus().length;
  const stealPercent = (100 * (hostCpu().steal - before.steal)) / allCores;
  const moments = [...makeSchedule({ arrivals: 'constant', rateAt: () => rate, durationSeconds, seed: 1 })]
    .filter((moment) => moment >= warmUpSeconds * 1_000)
    .map((moment) => moment + startedAt);
  const truth = pointsOf(trueLatencies(await server.log(), moments));
  return { said: latency, truth, lagP99: lag.p99, stealPercent };
};
