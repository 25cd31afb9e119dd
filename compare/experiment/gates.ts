import type { Gate, Invariant, LoadResult, Measurement, TargetInfo } from '../results/run-record.ts';
import { GATE_LIMITS, type GateLimits } from './gate-limits.ts';
import { hostGates } from './host-gates.ts';
import { gateOf, round } from './make-gate.ts';

/** What a run showed. */
export type GateInput = {
  readonly target: TargetInfo;
  /** Why the smoke test failed; null when it passed. */
  readonly smoke: string | null;
  readonly load: LoadResult;
  /** Null: nothing was measured beside the traffic. */
  readonly measured: Measurement | null;
  /** Null: they could not be looked at. Empty: none applies to this target. */
  readonly invariants: readonly Invariant[] | null;
  /** Of the generator's machine. */
  readonly cores: number;
  readonly limits?: GateLimits;
};

/** The gate of a target's smoke test, or of its start. */
export const smokeGate = (failure: string | null): Gate => ({
  name: 'smoke',
  ok: failure === null,
  says: failure === null ? 'The smoke test of the contract passed.' : `The smoke test failed: ${failure}`,
  value: null,
  limit: null,
  unit: '',
});

const achievedGate = ({ offered, answered, failures }: LoadResult, limit: number): Gate => {
  const value = offered === 0 ? 0 : (100 * answered) / offered;
  const reasons = Object.entries(failures)
    .filter(([reason]) => !reason.startsWith('status-'))
    .map(([reason, count]) => `${count} ${reason}`);
  const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
  const says = `${answered} of ${offered} offered requests were answered, ${round(value)} %${why}; at least ${limit} % are needed.`;
  return { name: 'achieved', ok: value >= limit, says, value, limit, unit: '%' };
};

const invariantsGate = (invariants: readonly Invariant[] | null): Gate => {
  const broken = invariants?.filter(({ ok }) => !ok) ?? [];
  const says = (): string => {
    if (invariants === null) return 'The invariants of the shop could not be looked at.';
    if (invariants.length === 0) return 'No invariant applies to this target.';
    if (broken.length === 0) return `All ${invariants.length} invariants of the shop hold.`;
    return `Broken: ${broken.map(({ name, says }) => `${name} (${says})`).join('; ')}.`;
  };
  const value = invariants === null ? null : broken.length;
  return { name: 'invariants', ok: value === 0, says: says(), value, limit: 0, unit: 'broken' };
};

/**
 * All gates of a run that had load. What was not measured fails its gate, unless the gate says why it does not have to: a run
 * is trusted because of what was seen, never because nobody looked.
 */
export const gatesOf = (input: GateInput): Gate[] => {
  const { load, measured, smoke, invariants, limits = GATE_LIMITS } = input;
  const { lag, generator } = load;
  const cpu = generator.wallSeconds > 0 ? (100 * generator.cpuSeconds) / generator.wallSeconds : null;
  return [
    smokeGate(smoke),
    achievedGate(load, limits.achievedPercent),
    gateOf({
      name: 'send-lag',
      what: '99 % of the requests were sent within',
      value: lag.count > 0 ? lag.p99 : null,
      limit: limits.sendLagP99Ms,
      unit: 'ms',
      after: ' of their moment',
    }),
    gateOf({
      name: 'generator-cpu',
      what: 'The generator used',
      value: cpu,
      limit: limits.generatorCpuPercent,
      unit: '%',
      after: ' of a core',
    }),
    ...hostGates(input, limits),
    gateOf({
      name: 'clock',
      what: 'The wall clock moved against the monotonic one by',
      value: measured ? Math.abs(measured.clockDriftMs) : null,
      limit: limits.clockDriftMs,
      unit: 'ms',
    }),
    invariantsGate(invariants),
  ];
};
