import type { LoadResult } from '../results/run-record.ts';
import { makeDurations } from './histograms.ts';
import { makeSeconds } from './seconds.ts';
import {
  countFailure,
  type Failure,
  failuresOf,
  makeTally,
  operationResultOf,
  sumOf,
  type Tally,
} from './tally.ts';

/** Which part of a run counts, in ms of the engine's clock: from the end of the warm-up, for so long. */
export type Window = { readonly warmUpMs: number; readonly durationMs: number };

/** What a request is counted by. */
export type Counted = {
  readonly operation: string;
  readonly intendedAt: number;
  readonly reactive?: boolean;
};

/** What a request came to that was sent. `status` is undefined when there was no whole answer. */
export type Ended = {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly answered: boolean;
  readonly failure: Failure | undefined;
};

/** Counts so far, of the measured time. */
export type Counts = { readonly offered: number; readonly answered: number; readonly failed: number };

/** Everything of a result but what the generator's process itself used. */
export type Recorded = Omit<LoadResult, 'generator'>;

/** Takes down what happens to requests. */
export type Recorder = {
  /** Every request, once, at the moment it is sent or given up. */
  readonly offered: (request: Counted) => void;
  readonly lag: (request: Counted, ms: number) => void;
  readonly ended: (request: Counted, ended: Ended) => void;
  /** It was never sent, so it has no latency. */
  readonly unsent: (request: Counted, failure: 'refused' | 'abandoned') => void;
  readonly session: (startedAt: number) => void;
  readonly settled: (placedAt: number, ms: number | undefined) => void;
  readonly counts: () => Counts;
  readonly result: () => Recorded;
};

/**
 * Makes a recorder. What goes where:
 *
 * - `latency` (from the intended moment) and `service` (from the moment it was sent, which includes opening a connection where
 *   none was free): every request that was sent, whatever came of it. An unexpected status counts with the time of its
 *   answer, a time-out with the time at which it was given up, a broken connection with the time at which it broke. A run
 *   with fast failures therefore looks fast: its failures stand beside it.
 * - `refused` and `abandoned` requests were not sent. They are offered and failed, and have no time.
 * - `lag`: planned requests that were sent.
 * - Reactive requests are in an operation of their own only, and in no total, no lag and no second.
 * - Whatever is planned before the end of the warm-up is in `seconds` only; after the end of the window it is nowhere.
 */
export const makeRecorder = ({ warmUpMs, durationMs }: Window): Recorder => {
  const tallies = new Map<string, Tally>();
  const lag = makeDurations();
  const settle = makeDurations();
  const seconds = makeSeconds(-Math.ceil(warmUpMs / 1_000), Math.ceil(durationMs / 1_000));
  const counts = { offered: 0, answered: 0, failed: 0 };
  let sessions = 0;
  let unsettled = 0;

  const isMeasured = (moment: number): boolean => moment >= warmUpMs && moment < warmUpMs + durationMs;
  const secondOf = (moment: number): number => Math.floor((moment - warmUpMs) / 1_000);

  const tallyOf = ({ operation, reactive = false }: Counted): Tally => {
    const key = reactive ? `${operation} (reactive)` : operation;
    const known = tallies.get(key);
    if (known) return known;
    const tally = makeTally(operation, reactive);
    tallies.set(key, tally);
    return tally;
  };

  const failed = (request: Counted, failure: Failure): void => {
    if (!request.reactive) seconds.failed(secondOf(request.intendedAt));
    if (!isMeasured(request.intendedAt)) return;
    countFailure(tallyOf(request), failure);
    if (!request.reactive) counts.failed += 1;
  };

  return {
    offered: (request) => {
      if (!request.reactive) seconds.offered(secondOf(request.intendedAt));
      if (!isMeasured(request.intendedAt)) return;
      tallyOf(request).offered += 1;
      if (!request.reactive) counts.offered += 1;
    },
    lag: (request, ms) => {
      if (!request.reactive && isMeasured(request.intendedAt)) lag.record(ms);
    },
    ended: (request, { sentAt, endedAt, answered, failure }) => {
      const latency = endedAt - request.intendedAt;
      const second = secondOf(request.intendedAt);
      if (!request.reactive) {
        seconds.latency(second, latency);
        if (answered) seconds.answered(second);
      }
      if (failure !== undefined) failed(request, failure);
      if (!isMeasured(request.intendedAt)) return;
      const tally = tallyOf(request);
      tally.latency.record(latency);
      tally.service.record(endedAt - sentAt);
      if (!answered) return;
      tally.answered += 1;
      if (!request.reactive) counts.answered += 1;
    },
    unsent: failed,
    session: (startedAt) => {
      if (isMeasured(startedAt)) sessions += 1;
    },
    settled: (placedAt, ms) => {
      if (!isMeasured(placedAt)) return;
      if (ms === undefined) unsettled += 1;
      else settle.record(ms);
    },
    counts: () => ({ ...counts }),
    result: () => {
      const all = [...tallies.values()];
      const { offered, answered, failed, ...sum } = sumOf(all.filter(({ reactive }) => !reactive));
      return {
        offered,
        answered,
        failed,
        failures: failuresOf({ ...sum, offered, answered, failed }),
        sessions,
        latency: sum.latency.distribution(),
        service: sum.service.distribution(),
        lag: lag.distribution(),
        settle: settle.distribution(),
        unsettled,
        operations: all
          .toSorted(
            (a, b) => a.operation.localeCompare(b.operation) || Number(a.reactive) - Number(b.reactive),
          )
          .map(operationResultOf),
        seconds: [...seconds.all()],
      };
    },
  };
};
