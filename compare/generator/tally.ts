import type { Failures, OperationResult } from '../results/run-record.ts';
import { type Durations, makeDurations } from './histograms.ts';

/** Why a request counts as failed; `status-NNN` for an answer that was not meant. */
export type Failure = 'refused' | 'timeout' | 'error' | 'abandoned' | `status-${number}`;

/** What came of one kind of request so far. */
export type Tally = {
  readonly operation: string;
  readonly reactive: boolean;
  offered: number;
  answered: number;
  failed: number;
  readonly failures: Map<Failure, number>;
  readonly latency: Durations;
  readonly service: Durations;
};

/** Makes an empty one. */
export const makeTally = (operation: string, reactive: boolean): Tally => ({
  operation,
  reactive,
  offered: 0,
  answered: 0,
  failed: 0,
  failures: new Map(),
  latency: makeDurations(),
  service: makeDurations(),
});

/** Counts a failure. */
export const countFailure = (tally: Tally, failure: Failure): void => {
  tally.failed += 1;
  tally.failures.set(failure, (tally.failures.get(failure) ?? 0) + 1);
};

/** The sum of several. */
export const sumOf = (tallies: Iterable<Tally>): Tally => {
  const sum = makeTally('', false);
  for (const tally of tallies) {
    sum.offered += tally.offered;
    sum.answered += tally.answered;
    sum.failed += tally.failed;
    for (const [failure, count] of tally.failures) {
      sum.failures.set(failure, (sum.failures.get(failure) ?? 0) + count);
    }
    sum.latency.add(tally.latency);
    sum.service.add(tally.service);
  }
  return sum;
};

/** As it is written down. */
export const failuresOf = ({ failures }: Tally): Failures => Object.fromEntries(failures);

/** As it is written down. */
export const operationResultOf = (tally: Tally): OperationResult => ({
  operation: tally.operation,
  reactive: tally.reactive,
  offered: tally.offered,
  answered: tally.answered,
  failures: failuresOf(tally),
  latency: tally.latency.distribution(),
  service: tally.service.distribution(),
});
