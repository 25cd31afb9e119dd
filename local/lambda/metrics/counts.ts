/** What one function did in one second (`second` since 1970), or, without a second, since the start. */
export type Counts = {
  /** Calls that came, throttled ones too. */
  arrivals: number;
  /** Calls that were run. */
  invocations: number;
  /** Most that ran at once. */
  concurrent: number;
  coldStarts: number;
  throttles: number;
  /** Invocations that ended in an error, timeouts too. */
  errors: number;
  timeouts: number;
  /** Billed time by memory, in GB-seconds. */
  billedGbSeconds: number;
};

/** One line of `/metrics.jsonl`. */
export type FunctionSecond = Counts & { readonly second: number; readonly function: string };

/** Since the start, with what runs now and what has been measured. */
export type FunctionTotals = {
  readonly function: string;
  readonly counts: Readonly<Counts>;
  readonly busy: number;
  /** Middle of the durations of the last 10 s in ms, and how the durations are distributed. */
  readonly p50Ms: number | undefined;
  readonly durations: {
    readonly bounds: readonly number[];
    readonly counts: readonly number[];
    readonly sumMs: number;
  };
};

/** Counts of a function that has done nothing. */
export const zero = (): Counts => ({
  ...{ arrivals: 0, invocations: 0, concurrent: 0, coldStarts: 0 },
  ...{ throttles: 0, errors: 0, timeouts: 0, billedGbSeconds: 0 },
});
