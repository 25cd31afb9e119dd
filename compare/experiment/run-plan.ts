import type { RunRecord } from '../results/run-record.ts';
import type { PlannedRun } from './plan.ts';
import type { LoadPlan, Phase, RunDeps } from './run-deps.ts';
import { runOne } from './run-one.ts';
import { makeTimeLeft } from './time-left.ts';

/** What is to be run, in this order. */
export type RunPlan = LoadPlan & {
  readonly runs: readonly PlannedRun[];
  /** What a run of the target of this name takes beside its load, in s, until one has shown it. */
  readonly overheadSeconds: (target: string) => number;
  /** How much longer than its load and four times its overhead a run may take before it is given up as hanging, in s: 60 unless given. */
  readonly patienceSeconds?: number;
};

const PATIENCE = { overheads: 4, seconds: 60 } as const;

/**
 * Makes all runs of a plan, one stack at a time.
 *
 * @param signal gives up: the stack that runs is stopped
 * @throws the signal's reason, or that a stack could not be stopped; the runs made until then were told as `done`
 */
export const runPlan = async <S, P>(
  plan: RunPlan,
  deps: RunDeps<S, P>,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunRecord[]> => {
  const { runs, overheadSeconds, patienceSeconds = PATIENCE.seconds, ...load } = plan;
  const loadSeconds = load.durationSeconds + load.warmUpSeconds;
  const time = makeTimeLeft(runs, { loadSeconds, overheadSeconds }, deps.now);
  const records: RunRecord[] = [];
  for (const [index, run] of runs.entries()) {
    signal.throwIfAborted();
    const tell = (phase: Phase, record?: RunRecord): void =>
      deps.onProgress?.({
        ...{ phase, run, number: index + 1, of: runs.length, share: time.share() },
        secondsLeft: time.secondsLeft(),
        ...(record && { record }),
      });
    time.begins(run);
    const patience = loadSeconds + PATIENCE.overheads * overheadSeconds(run.target.name) + patienceSeconds;
    const hangs = new AbortController();
    const timer = setTimeout(
      () => hangs.abort(new Error(`The run did not end within ${Math.round(patience)} s.`)),
      patience * 1000,
    );
    try {
      const both = AbortSignal.any([signal, hangs.signal]);
      const record = await runOne(deps, { ...run, ...load }, tell, { signal: both, plan: signal });
      time.ends();
      records.push(record);
      tell('done', record);
    } finally {
      clearTimeout(timer);
    }
  }
  return records;
};
