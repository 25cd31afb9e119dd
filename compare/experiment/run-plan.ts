import type { RunRecord } from '../results/run-record.ts';
import { againOf } from './again.ts';
import type { PlannedRun } from './plan.ts';
import type { LoadPlan, Phase, RunDeps } from './run-deps.ts';
import { runOne } from './run-one.ts';
import { isNeeded } from './spare-blocks.ts';
import { makeTimeLeft } from './time-left.ts';

/** What is to be run, in this order. */
export type RunPlan = LoadPlan & {
  readonly runs: readonly PlannedRun[];
  /** Blocks that shall be complete: the blocks of the plan beyond so many are made only in place of refused ones. All when not given. */
  readonly repetitions?: number;
  /** So many runs that the machine spoiled are made again, each once and at once: 0 unless given. */
  readonly mostAgain?: number;
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
  const { runs, overheadSeconds, ...rest } = plan;
  const { patienceSeconds = PATIENCE.seconds, repetitions = Number.POSITIVE_INFINITY, ...others } = rest;
  const { mostAgain = 0, ...load } = others;
  const loadSeconds = load.durationSeconds + load.warmUpSeconds;
  const isPlanned = ({ block }: PlannedRun): boolean => block <= repetitions;
  const time = makeTimeLeft(runs.filter(isPlanned), { loadSeconds, overheadSeconds }, deps.now);
  const records: RunRecord[] = [];
  const queue = [...runs];
  let againLeft = mostAgain;
  for (let run = queue.shift(); run; run = queue.shift()) {
    signal.throwIfAborted();
    if (!isNeeded(run, repetitions, records, runs)) continue;
    const number = records.length + 1;
    const current = { run, number, of: number + queue.filter(isPlanned).length };
    const tell = (phase: Phase, record?: RunRecord): void =>
      deps.onProgress?.({
        ...{ ...current, phase, share: time.share() },
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
      const again = againLeft > 0 ? againOf(run, record) : undefined;
      if (again) {
        againLeft -= 1;
        queue.unshift(again);
      }
    } finally {
      clearTimeout(timer);
    }
  }
  return records;
};
