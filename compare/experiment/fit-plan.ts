import { MIN_REPETITIONS } from './statistics.ts';

/** The time that a comparison may take when nothing else is asked for, and with `--quick`, in s. */
export const BUDGET_SECONDS = { usual: 180, quick: 40 } as const;

/** What a run takes beside its load, in s, until a run has shown it: start, smoke test, preparation, invariants, stop. */
export const OVERHEAD_SECONDS = 6;

/** Below this there are too few requests for a 99th percentile, and code is measured that has not been compiled yet; in s. */
const LEAST = { measured: 3, warmUp: 1 } as const;

/** From here on a budget buys more repetitions instead of longer runs: they narrow an interval more, up to a point. */
const ENOUGH = { measured: 10, repetitions: 10 } as const;

/** The part of a run's load that is its warm-up, and the longest warm-up in s. */
const WARM_UP = { share: 0.2, most: 10 } as const;

/** What has to fit. */
export type FitInput = {
  readonly budgetSeconds: number;
  /** How many there are. */
  readonly shapes: number;
  /** What a run of each target takes beside its load, in s; one entry a target. */
  readonly overheadSeconds: readonly number[];
  /** When not given: 5, and more when the budget is ample. */
  readonly repetitions?: number;
  /** Measured time of each run and its warm-up, when they are not to be chosen: the budget then decides the repetitions only. */
  readonly durationSeconds?: number;
  readonly warmUpSeconds?: number;
};

/** A plan that fits, or the least that there is. */
export type Fit = {
  readonly repetitions: number;
  /** Measured time of each run. */
  readonly durationSeconds: number;
  readonly warmUpSeconds: number;
  readonly totalSeconds: number;
  /** False: even the least takes longer than the budget. */
  readonly fits: boolean;
  /** What the budget could not hold, as sentences for the report. */
  readonly says: readonly string[];
};

type Durations = { readonly durationSeconds: number; readonly warmUpSeconds: number };

const toTenths = (seconds: number): number => Math.floor(seconds * 10) / 10;

/** Divides what a run has for its load into warm-up and measured time. */
const divide = (load: number, { durationSeconds, warmUpSeconds }: FitInput): Durations => {
  const usual = Math.min(WARM_UP.most, Math.max(LEAST.warmUp, load * WARM_UP.share));
  const warmUp = warmUpSeconds ?? (durationSeconds ? Math.max(LEAST.warmUp, durationSeconds / 4) : usual);
  const measured = durationSeconds ?? Math.max(LEAST.measured, load - warmUp);
  return { durationSeconds: toTenths(measured), warmUpSeconds: toTenths(Math.min(warmUp, WARM_UP.most)) };
};

/**
 * Chooses how long each run is, and how often it is repeated, so that all of them fit a budget: at least 5 repetitions if that is
 * possible at all with runs of 3 s measured after 1 s of warm-up, fewer if not, and then the estimates have no interval.
 */
export const fitPlan = (input: FitInput): Fit => {
  const { budgetSeconds, shapes, overheadSeconds } = input;
  const runs = overheadSeconds.length * shapes;
  const overhead = shapes * overheadSeconds.reduce((sum, seconds) => sum + seconds, 0);
  const fitOf = (repetitions: number): Omit<Fit, 'says'> => {
    const durations = divide((budgetSeconds / repetitions - overhead) / runs, input);
    const load = durations.durationSeconds + durations.warmUpSeconds;
    const totalSeconds = repetitions * (overhead + runs * load);
    return { ...durations, repetitions, totalSeconds, fits: totalSeconds <= budgetSeconds + 1e-6 };
  };
  const wanted = input.repetitions ?? MIN_REPETITIONS;
  let fit = fitOf(wanted);
  while (!fit.fits && fit.repetitions > 1) fit = fitOf(fit.repetitions - 1);
  if (input.repetitions === undefined && fit.fits) {
    for (let next = fitOf(fit.repetitions + 1); next.repetitions <= ENOUGH.repetitions; ) {
      if (!next.fits || next.durationSeconds < (input.durationSeconds ?? ENOUGH.measured)) break;
      fit = next;
      next = fitOf(fit.repetitions + 1);
    }
  }
  return { ...fit, says: saysOf(fit, wanted, budgetSeconds) };
};

const saysOf = (fit: Omit<Fit, 'says'>, wanted: number, budgetSeconds: number): string[] => {
  const says: string[] = [];
  const { repetitions } = fit;
  if (repetitions < wanted)
    says.push(
      `${budgetSeconds} s hold ${repetitions} of the ${wanted} repetitions of each run that were wanted.`,
    );
  if (repetitions < MIN_REPETITIONS)
    says.push(
      `No interval is given for fewer than ${MIN_REPETITIONS} repetitions: with ${repetitions}, nothing can be told apart.`,
    );
  if (!fit.fits)
    says.push(
      `Even the least takes about ${Math.ceil(fit.totalSeconds)} s, more than the ${budgetSeconds} s asked for.`,
    );
  return says;
};
