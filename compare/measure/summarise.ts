import {
  COMPONENTS,
  type ComponentUse,
  type HostSecond,
  type Measurement,
  type ProcessSecond,
  type StackSecond,
} from '../results/run-record.ts';
import { type Kind, kindsIn, type Look, lookAt } from './looks.ts';
import type { HostCpu } from './proc.ts';
import { growthIn } from './series.ts';
import type { Measured, Sample, StackSample } from './types.ts';

/** All that was read during a run, each in the order of time; `at` in ms since 1970. */
export type Readings = {
  readonly samples: readonly Sample[];
  /** The generator, and this process with what it has started to measure. */
  readonly own: readonly Look[];
  readonly host: readonly (HostCpu & { readonly at: number })[];
  readonly clockDriftMs: number;
};

/** GB are those of Lambda's bills: 1,024 MB. */
const GB = 1024 ** 3;

const NOTHING: Omit<StackSecond, 'second'> = {
  instances: null,
  busy: null,
  coldStarts: null,
  throttles: null,
  errors: null,
  billedGbSeconds: null,
  queueDepth: null,
  outboxPending: null,
  outboxAgeSeconds: null,
};

const told = (sample: StackSample | undefined): Partial<Omit<StackSecond, 'second'>> =>
  Object.fromEntries(Object.entries(sample ?? {}).filter(([, value]) => value !== undefined));

/**
 * Sums up what was read, by the run's seconds: CPU time between readings in proportion, all other figures as they were last
 * seen before a second's end. A second of the stack's own counters is that of the run in which its middle lies.
 */
export const summarise = (readings: Readings, measured: Measured): Measurement => {
  const { samples, own, host, clockDriftMs } = readings;
  const { measuredFromEpochMs: from, durationSeconds, answered } = measured;
  const startOf = (second: number): number => from + second * 1_000;
  const begins = [host[0]?.at, samples[0]?.at].filter((at) => at !== undefined);
  const earliest = Math.max(...begins, Number.NEGATIVE_INFINITY);
  const first = Number.isFinite(earliest) ? Math.min(0, Math.ceil((earliest - from) / 1_000)) : 0;
  const count = Math.ceil(durationSeconds);
  const seconds = Array.from({ length: count - first }, (_, i) => first + i);

  const stack = kindsIn(samples);
  const beside = kindsIn(own);
  const bySecond = new Map<number, StackSample>();
  for (const sample of samples) {
    for (const [second, figures] of sample.seconds) {
      bySecond.set(Math.floor((second * 1_000 + 500 - from) / 1_000), figures);
    }
  }

  const processesOf = (looks: readonly Look[], series: ReadonlyMap<string, Kind>): ProcessSecond[] =>
    seconds.flatMap((second) => {
      const look = lookAt(looks, startOf(second + 1));
      return (look?.kinds ?? []).map(({ name, component, instances, memoryBytes }) => ({
        second,
        name,
        component,
        cores: growthIn(series.get(name)?.cpu ?? [], startOf(second)),
        memoryBytes,
        instances,
      }));
    });
  const processes = [...processesOf(own, beside), ...processesOf(samples, stack)];

  const used = host.map(({ at, used }) => [at, used] as const);
  const steal = host.map(({ at, steal }) => [at, steal] as const);
  const ofRun = (second: number): number =>
    [...stack.values(), ...beside.values()].reduce((sum, { cpu }) => sum + growthIn(cpu, startOf(second)), 0);
  const hostSeconds = seconds.map((second): HostSecond => {
    const usedCores = growthIn(used, startOf(second));
    return {
      second,
      usedCores,
      stealCores: growthIn(steal, startOf(second)),
      otherCores: Math.max(0, usedCores - ofRun(second)),
    };
  });

  const stackSeconds =
    samples.length === 0
      ? []
      : seconds.map(
          (second): StackSecond => ({
            second,
            ...NOTHING,
            ...told(lookAt(samples, startOf(second + 1))?.now),
            ...told(bySecond.get(second)),
          }),
        );

  const all = [...stack.values(), ...beside.values()];
  const components = COMPONENTS.map((component): ComponentUse => {
    const cpuSeconds = all
      .filter(({ kind }) => kind.component === component)
      .reduce((sum, { cpu }) => sum + growthIn(cpu, from, durationSeconds * 1_000), 0);
    const gbSeconds = processes
      .filter((one) => one.component === component && one.second >= 0)
      .reduce(
        (sum, { second, memoryBytes }) => sum + (memoryBytes / GB) * Math.min(1, durationSeconds - second),
        0,
      );
    const per1000 = (figure: number): number => (answered > 0 ? (figure * 1_000) / answered : 0);
    return {
      component,
      cpuSeconds,
      gbSeconds,
      cpuSecondsPer1000: per1000(cpuSeconds),
      gbSecondsPer1000: per1000(gbSeconds),
    };
  }).filter(({ component }) => all.some(({ kind }) => kind.component === component));

  return { processes, stack: stackSeconds, host: hostSeconds, components, clockDriftMs };
};
