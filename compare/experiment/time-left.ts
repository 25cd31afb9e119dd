import type { PlannedRun } from './plan.ts';

/** What is still to come of a plan, in s. */
export type TimeLeft = {
  /** Call it when a run begins, and when it is over. */
  readonly begins: (run: PlannedRun) => void;
  readonly ends: () => void;
  readonly secondsLeft: () => number;
  /** The part of the whole that is done, 0 to 1. */
  readonly share: () => number;
};

/**
 * Estimates the time left: each run takes its load, and beside it what runs of the same target took so far, or else what the
 * plan assumed.
 *
 * @param now ms of any clock
 */
export const makeTimeLeft = (
  runs: readonly PlannedRun[],
  plan: { readonly loadSeconds: number; readonly overheadSeconds: (target: string) => number },
  now: () => number,
): TimeLeft => {
  const left = [...runs];
  const took = new Map<string, number[]>();
  const began = now();
  let current: { readonly target: string; readonly at: number } | undefined;
  const expected = (target: string): number => {
    const seen = took.get(target) ?? [];
    const overhead =
      seen.length > 0 ? seen.reduce((sum, one) => sum + one, 0) / seen.length : plan.overheadSeconds(target);
    return plan.loadSeconds + overhead;
  };
  const since = (at: number): number => (now() - at) / 1000;
  const secondsLeft = (): number => {
    const rest = left.reduce((sum, { target }) => sum + expected(target.name), 0);
    return rest + (current ? Math.max(0, expected(current.target) - since(current.at)) : 0);
  };
  return {
    begins: (run) => {
      // A spare run was not foreseen.
      if (left.includes(run)) left.splice(left.indexOf(run), 1);
      current = { target: run.target.name, at: now() };
    },
    ends: () => {
      if (!current) return;
      const { target, at } = current;
      took.set(target, [...(took.get(target) ?? []), Math.max(0, since(at) - plan.loadSeconds)]);
      current = undefined;
    },
    secondsLeft,
    share: () => {
      const rest = secondsLeft();
      return rest === 0 ? 1 : since(began) / (since(began) + rest);
    },
  };
};
