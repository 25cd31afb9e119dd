import type { Gate, Invariant, LoadResult, Measurement, TargetInfo } from '../results/run-record.ts';
import { GATE_LIMITS, type GateLimits } from './gate-limits.ts';
import { hostGates } from './host-gates.ts';
import { gateOf, round } from './make-gate.ts';

/** What a run showed whose smoke test passed. */
export type GateInput = {
  readonly target: TargetInfo;
  readonly load: LoadResult;
  /** Null: nothing was measured beside the traffic; `notMeasured` says why. */
  readonly measured: Measurement | null;
  readonly notMeasured?: string | undefined;
  /** Empty: none applies to this target. */
  readonly invariants: readonly Invariant[];
  /** Of the generator's machine. */
  readonly cores: number;
  readonly limits?: GateLimits;
};

/** The gate before all others; the failure is a sentence, null when the smoke test passed. */
export const smokeGate = (failure: string | null): Gate => ({
  name: 'smoke',
  ok: failure === null,
  says: failure ?? 'The smoke test of the contract passed.',
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

const invariantsGate = (invariants: readonly Invariant[]): Gate => {
  const broken = invariants.filter(({ ok }) => !ok);
  const says = (): string => {
    if (invariants.length === 0) return 'No invariant applies to this target.';
    if (broken.length === 0) return `All ${invariants.length} invariants of the shop hold.`;
    return `Broken: ${broken.map(({ name, says }) => `${name} (${says})`).join('; ')}.`;
  };
  const value = broken.length;
  return { name: 'invariants', ok: value === 0, says: says(), value, limit: 0, unit: 'broken' };
};

/**
 * All gates of a run that had load. What was not measured fails its gate, unless the gate says why it does not have to: a run
 * is trusted because of what was seen, never because nobody looked.
 */
export const gatesOf = (input: GateInput): Gate[] => {
  const { load, measured, invariants, limits = GATE_LIMITS } = input;
  const { lag, generator } = load;
  const cpu = generator.wallSeconds > 0 ? (100 * generator.cpuSeconds) / generator.wallSeconds : null;
  return [
    smokeGate(null),
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
      why: input.notMeasured,
      limit: limits.clockDriftMs,
      unit: 'ms',
    }),
    invariantsGate(invariants),
  ];
};
