import type { LoadResult } from '../results/run-record.ts';
import type { ClosedLoopResult } from './closed-loop.ts';
import type { Limits, LoadProgress } from './run-load.ts';
import type { TrafficJob } from './traffics.ts';

/** An open-loop run in the generator's own process. */
export type LoadJob = Limits & {
  readonly mode: 'open-loop';
  readonly warmUpSeconds: number;
  /** The measured time, after the warm-up. */
  readonly durationSeconds: number;
  readonly traffic: TrafficJob;
};

/** A closed-loop run there: the same GET by so many callers. */
export type ClosedLoopJob = {
  readonly mode: 'closed-loop';
  readonly url: string;
  readonly callers: number;
  readonly warmUpSeconds: number;
  readonly durationSeconds: number;
  /** 10,000 unless given. */
  readonly timeoutMs?: number;
};

/** What the process says. */
export type GeneratorMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'started'; readonly at: number }
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'load'; readonly result: LoadResult; readonly left?: unknown }
  | { readonly type: 'closed-loop'; readonly result: ClosedLoopResult }
  | { readonly type: 'failed'; readonly message: string };
