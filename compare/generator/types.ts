/** What traffic is written against: a clock, a schedule, and a way to send a request that is measured from its intended moment. */

/** A request. Times in ms of the engine's clock. */
export type Planned = {
  /** What it counts as, e.g. `place-order`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Absolute. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** When it should be sent: its latency counts from here. */
  readonly intendedAt: number;
  /** When what it depends on was there, if that was later: the generator's own lag counts from here, the latency does not. */
  readonly readyAt?: number;
  /** Asked for by the system's own answers (polling): measured apart, and no part of what is offered. */
  readonly reactive?: boolean;
  /** Which statuses are the answer that was meant; every other is a failure. */
  readonly expected: readonly number[];
};

/** What came of a request. It is `ok` when the status was an expected one. */
export type Answered = {
  readonly ok: boolean;
  /** Undefined: no answer (refused, time-out, error). */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The whole body. */
  readonly bytes: Uint8Array;
  /** When it was complete, ms of the engine's clock. */
  readonly at: number;
};

/** Runs traffic. Nothing of it rejects. */
export type Engine = {
  /** ms since the engine's start; the same clock as `intendedAt`. */
  readonly now: () => number;
  /** Calls at that moment, or at once when it is over, 1 to 2 ms late at most. */
  readonly at: (moment: number, run: () => void) => void;
  readonly send: (request: Planned) => Promise<Answered>;
  /** Counts a planned request that could not be sent because what it depends on failed. */
  readonly abandon: (operation: string, intendedAt: number) => void;
  /** Counts a session that began at this moment. */
  readonly session: (startedAt: number) => void;
  /** Counts how an order settled: after so many ms, or not within the time for it. `placedAt` tells whether that was in the warm-up. */
  readonly settled: (placedAt: number, ms: number | undefined) => void;
};

/** Traffic: schedules all that it plans, and resolves when the last of it has been answered. */
export type Traffic = (engine: Engine) => Promise<void>;
