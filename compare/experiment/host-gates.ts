import type { Gate, HostSecond, Measurement, TargetInfo } from '../results/run-record.ts';
import type { GateLimits } from './gate-limits.ts';
import { gateOf, round } from './make-gate.ts';

/** The part of a run that its machine is judged by. */
type HostRun = {
  readonly target: TargetInfo;
  readonly measured: Measurement | null;
  readonly notMeasured?: string | undefined;
  /** Of the generator's machine. */
  readonly cores: number;
};

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * What others use cannot be told from what a target uses that was not started here: it may run on this machine. Then the load of
 * others is said, and not held against the run; a machine that they fill is still refused as saturated.
 */
const othersGate = ({ target, notMeasured: why }: HostRun, percent: number | null, limit: number): Gate => {
  const name = 'host-others';
  if (target.kind !== 'url' || percent === null)
    return gateOf({
      name,
      what: 'Others used',
      value: percent,
      limit,
      unit: '%',
      after: ' of all cores',
      why,
    });
  const says = `Others used ${round(percent)} % of all cores; not held against the run, because ${target.name} was not started here and may be among them.`;
  return { name, ok: true, says, value: percent, limit: null, unit: '%' };
};

/** Whether the machine was left alone, over the measured seconds. Fails when there are none. */
export const hostGates = (run: HostRun, limits: GateLimits): Gate[] => {
  const why = run.notMeasured;
  const seconds = (run.measured?.host ?? []).filter(({ second }) => second >= 0);
  const percentOf = (cores: (second: HostSecond) => number): number[] =>
    seconds.map((second) => (100 * cores(second)) / run.cores);
  // A core that the hypervisor took is as little to be had as one that is used.
  const full = percentOf(({ usedCores, stealCores }) => usedCores + stealCores).map((percent) =>
    percent >= limits.saturatedUsePercent ? 100 : 0,
  );
  return [
    gateOf({
      name: 'host-steal',
      what: 'The hypervisor took',
      value: mean(percentOf(({ stealCores }) => stealCores)),
      limit: limits.hostStealPercent,
      unit: '%',
      after: ' of all cores',
      why,
    }),
    othersGate(run, mean(percentOf(({ otherCores }) => otherCores)), limits.hostOthersPercent),
    gateOf({
      name: 'host-saturated',
      what: `At least ${limits.saturatedUsePercent} % of all cores were in use in`,
      value: mean(full),
      limit: limits.saturatedSecondsPercent,
      unit: '%',
      after: ' of the seconds',
      why,
    }),
  ];
};
