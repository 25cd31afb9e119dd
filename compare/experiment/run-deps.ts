import type { Invariant, LoadResult, Measurement, RunRecord, TargetInfo } from '../results/run-record.ts';
import type { GateLimits } from './gate-limits.ts';
import type { PlannedRun } from './plan.ts';

/** What all runs of a plan have in common. */
export type LoadPlan = {
  /** Requests a second. */
  readonly rate: number;
  readonly durationSeconds: number;
  readonly warmUpSeconds: number;
};

/** Measures beside the traffic of one run; what compare/measure makes is one. */
export type Observer = {
  /** @throws Error when it cannot; it has ended then */
  readonly begin: () => Promise<void>;
  /** Told the generator's process. */
  readonly generator: (pid: number) => void;
  /** Ends with what was measured. */
  readonly end: (measured: {
    /** When the warm-up was over, ms since 1970: there `second` is 0. */
    readonly measuredFromEpochMs: number;
    readonly durationSeconds: number;
    readonly answered: number;
  }) => Promise<Measurement>;
  /** Ends without. Repeatable, also after `end`. */
  readonly stop: () => Promise<void>;
};

/** Whom a generator tells of itself. */
export type LoadListener = {
  readonly generator: (pid: number) => void;
  /** When the warm-up is over, ms since 1970; told as soon as it is known. */
  readonly measuredFrom: (at: number) => void;
};

/** Where a run is. */
export type Phase = 'start' | 'smoke' | 'prepare' | 'warm-up' | 'load' | 'check' | 'stop' | 'done';

/** Told at each change of the phase. */
export type ProgressEvent = {
  readonly phase: Phase;
  readonly run: PlannedRun;
  /** From 1. */
  readonly number: number;
  readonly of: number;
  readonly secondsLeft: number;
  /** The part of the whole that is done, 0 to 1. */
  readonly share: number;
  /** When the phase is `done`. */
  readonly record?: RunRecord;
};

/**
 * How runs are made. `Stack` is a target that was started, `Prepared` what traffic needs of it (accounts, products). All but
 * `stop` and `observe` are given a signal, at which they should end at once; only `start` is waited for nevertheless, because what it
 * started has to be stopped.
 */
export type RunDeps<Stack, Prepared> = {
  readonly start: (target: TargetInfo, signal: AbortSignal) => Promise<Stack>;
  /** Why the target does not serve the contract; null when it does. */
  readonly smoke: (stack: Stack, signal: AbortSignal) => Promise<string | null>;
  readonly prepare: (stack: Stack, run: PlannedRun, signal: AbortSignal) => Promise<Prepared>;
  readonly observe: (stack: Stack, run: PlannedRun) => Observer;
  /** Warm-up and measured load. */
  readonly generate: (
    stack: Stack,
    prepared: Prepared,
    run: PlannedRun & LoadPlan,
    listener: LoadListener,
    signal: AbortSignal,
  ) => Promise<LoadResult>;
  /** None when no rule applies to the target. */
  readonly invariants: (
    stack: Stack,
    prepared: Prepared,
    signal: AbortSignal,
  ) => Promise<readonly Invariant[]>;
  readonly stop: (stack: Stack) => Promise<void>;
  /** ms since 1970. */
  readonly now: () => number;
  /** Of this machine. */
  readonly cores: number;
  readonly limits?: GateLimits;
  readonly onProgress?: (event: ProgressEvent) => void;
};
