import type { Component, Measurement, StackSecond } from '../results/run-record.ts';

/** All processes of a kind, or containers of a service, at an instant. CPU time so far in s, memory in bytes. */
export type KindSample = {
  readonly name: string;
  readonly component: Component;
  readonly instances: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
};

/** What a stack says of itself, of an instant or of a second that is over; what is not told is missing. */
export type StackSample = Partial<{
  readonly [figure in Exclude<keyof StackSecond, 'second'>]: number | null;
}>;

/** One look at what is under load. `at`: ms since 1970. */
export type Sample = {
  readonly at: number;
  readonly kinds: readonly KindSample[];
  /** Figures of this instant. */
  readonly now: StackSample;
  /** Figures of whole seconds that are over, by the second since 1970. */
  readonly seconds: ReadonlyMap<number, StackSample>;
};

/** Watches what is under load: calls with each look, until it is stopped. */
export type Watch = (onSample: (sample: Sample) => void) => {
  /** Resolves with the first look. @throws Error when there was none */
  readonly ready: Promise<void>;
  /** Processes of its own that are part of the run, and of nothing that is compared. */
  readonly pids: () => readonly number[];
  /** Whether it has ended by itself: nothing more will come. */
  readonly isOver: () => boolean;
  /** @throws Error when it ended before it was asked to, or told what cannot be read */
  readonly stop: () => Promise<void>;
};

/** When the measured time began and how long it was, and how many requests were answered in it. */
export type Measured = {
  /** ms since 1970 of the first measured request's moment. */
  readonly measuredFromEpochMs: number;
  readonly durationSeconds: number;
  readonly answered: number;
};

/** Measures beside a run. */
export type Observer = {
  /** Begins; resolves when everything is being measured. @throws Error when it cannot be, and stops then */
  readonly begin: () => Promise<void>;
  /** The process of the generator; before or after `begin`. */
  readonly generator: (pid: number) => void;
  /**
   * Ends, and sums up: second 0 is the first measured one, those of the warm-up are below 0. Looks at what is under load for
   * half a second longer than the measured time, for all of that to be told: until then the generator had better live.
   *
   * @throws Error when what was under load was not looked at to the end
   */
  readonly end: (measured: Measured) => Promise<Measurement>;
  /** Ends without a result. Repeatable, also after `end`. */
  readonly stop: () => Promise<void>;
};
