import type { Invariant, LoadResult, Measurement, RunRecord } from '../results/run-record.ts';
import { gatesOf, smokeGate } from './gates.ts';
import type { PlannedRun } from './plan.ts';
import type { LoadPlan, Phase, RunDeps } from './run-deps.ts';
import { until } from './until.ts';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A stack that does not end spoils whatever runs after it. */
class StopError extends Error {
  override readonly name = 'StopError';
}

/** What a run has besides its plan. */
type Outcome = Pick<RunRecord, 'gates' | 'invariants' | 'refused' | 'broken' | 'load' | 'measured'>;

const brokenBy = (why: string): Outcome => ({
  gates: [smokeGate(why)],
  invariants: [],
  refused: true,
  broken: why,
  load: null,
  measured: null,
});

/** Load with a measurement beside it; the measurement may fail alone. */
const generate = async <S, P>(
  deps: RunDeps<S, P>,
  stack: S,
  prepared: P,
  run: PlannedRun & LoadPlan,
  tell: (phase: Phase) => void,
  signal: AbortSignal,
): Promise<{ load: LoadResult; measured: Measurement | null; notMeasured?: string }> => {
  const observer = deps.observe(stack, run);
  let timer: NodeJS.Timeout | undefined;
  let from: number | undefined;
  const measuredFrom = (at: number): void => {
    from = at;
    timer = setTimeout(tell, Math.max(0, at - deps.now()), 'load');
  };
  try {
    await until(observer.begin(), signal);
    tell('warm-up');
    const listener = { generator: observer.generator, measuredFrom };
    const load = await until(deps.generate(stack, prepared, run, listener, signal), signal);
    clearTimeout(timer);
    tell('check');
    try {
      if (from === undefined) throw new Error('the generator did not say when its warm-up was over');
      const { durationSeconds } = run;
      const span = { measuredFromEpochMs: from, durationSeconds, answered: load.answered };
      return { load, measured: await until(observer.end(span), signal) };
    } catch (error) {
      signal.throwIfAborted();
      return { load, measured: null, notMeasured: messageOf(error) };
    }
  } finally {
    clearTimeout(timer);
    await observer.stop();
  }
};

const check = async <S, P>(
  deps: RunDeps<S, P>,
  stack: S,
  prepared: P,
  signal: AbortSignal,
): Promise<Invariant[]> => {
  try {
    return [...(await until(deps.invariants(stack, prepared, signal), signal))];
  } catch (error) {
    signal.throwIfAborted();
    return [{ name: 'can be looked at', ok: false, says: messageOf(error) }];
  }
};

const runStack = async <S, P>(
  deps: RunDeps<S, P>,
  stack: S,
  run: PlannedRun & LoadPlan,
  tell: (phase: Phase) => void,
  signal: AbortSignal,
): Promise<Outcome> => {
  tell('smoke');
  const smoke = await until(deps.smoke(stack, signal), signal);
  if (smoke !== null) return brokenBy(`Its smoke test failed: ${smoke}`);
  tell('prepare');
  const prepared = await until(deps.prepare(stack, run, signal), signal);
  const result = await generate(deps, stack, prepared, run, tell, signal);
  const invariants = await check(deps, stack, prepared, signal);
  const { cores, limits } = deps;
  const gates = gatesOf({ target: run.target, ...result, invariants, cores, ...(limits && { limits }) });
  const refused = gates.some(({ ok }) => !ok);
  return { gates, invariants, refused, broken: null, load: result.load, measured: result.measured };
};

/**
 * Makes one run: start, smoke test, preparation, load with its measurement, invariants, stop. What goes wrong before there is
 * load makes a broken run, not an error. Whatever was started is stopped, also when the signal ends it.
 *
 * @param signal gives up this run; `plan` the whole plan, whose reason is thrown
 * @throws when the whole plan was given up, and when the target cannot be stopped
 */
export const runOne = async <S, P>(
  deps: RunDeps<S, P>,
  run: PlannedRun & LoadPlan,
  tell: (phase: Phase) => void,
  signals: { readonly signal: AbortSignal; readonly plan: AbortSignal },
): Promise<RunRecord> => {
  const startedAt = new Date(deps.now()).toISOString();
  const attempt = async (): Promise<Outcome> => {
    tell('start');
    const stack = await deps.start(run.target, signals.signal);
    try {
      return await runStack(deps, stack, run, tell, signals.signal);
    } finally {
      tell('stop');
      await deps.stop(stack).catch((error: unknown) => {
        throw new StopError(`${run.target.name} could not be stopped: ${messageOf(error)}`, { cause: error });
      });
    }
  };
  const outcome = await attempt().catch((error: unknown): Outcome => {
    if (error instanceof StopError) throw error;
    return brokenBy(messageOf(error));
  });
  signals.plan.throwIfAborted();
  return { ...run, startedAt, ...outcome };
};
