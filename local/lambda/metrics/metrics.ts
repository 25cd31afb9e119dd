import type { InvocationResult } from '../types.ts';
import { type Counts, type FunctionSecond, type FunctionTotals, zero } from './counts.ts';
import { makeDurations } from './durations.ts';

/** Takes down what happens to one function. `busy` is how many invocations run with, or after, this one. */
export type FunctionMeter = {
  readonly arrived: () => void;
  readonly throttled: () => void;
  readonly started: (busy: number, isCold: boolean) => void;
  readonly ended: (
    busy: number,
    result: Pick<InvocationResult, 'status' | 'durationMs' | 'billedMs'>,
  ) => void;
};

/** The metrics of all functions. */
export type Metrics = {
  readonly meter: (key: string, memoryMb: number) => FunctionMeter;
  /** Seconds from `since` on in which a function did something or was running, in order of time. */
  readonly seconds: (since: number) => FunctionSecond[];
  readonly totals: () => FunctionTotals[];
};

type Second = Counts & { second: number };
type Series = {
  readonly key: string;
  readonly past: Second[];
  readonly total: Counts;
  readonly durations: ReturnType<typeof makeDurations>;
  now: Second;
  busy: number;
};

/**
 * Makes metrics that keep the last `keepSeconds` of each function and forget what is older.
 *
 * @param now a clock in ms
 */
export const makeMetrics = (keepSeconds: number, now: () => number = Date.now): Metrics => {
  const all: Series[] = [];

  /** The second that it is. Seconds in between in which invocations only ran on are filled in. */
  const current = (series: Series): Second => {
    const second = Math.floor(now() / 1_000);
    if (second <= series.now.second) return series.now;
    const { past, busy } = series;
    past.push(series.now);
    const from = busy > 0 ? Math.max(series.now.second + 1, second - keepSeconds) : second;
    for (let idle = from; idle < second; idle += 1) past.push({ ...zero(), second: idle, concurrent: busy });
    const old = past.findIndex((one) => one.second > second - keepSeconds);
    if (old > 0) past.splice(0, old);
    else if (old < 0) past.length = 0;
    series.now = { ...zero(), second, concurrent: busy };
    return series.now;
  };

  const meter: Metrics['meter'] = (key, memoryMb) => {
    const second = Math.floor(now() / 1_000);
    const durations = makeDurations(now);
    const series: Series = {
      ...{ key, past: [], total: zero(), durations, busy: 0 },
      now: { ...zero(), second },
    };
    all.push(series);
    const { total } = series;
    const gb = memoryMb / 1_024;
    const running = (at: Second, busy: number): void => {
      series.busy = busy;
      if (busy > at.concurrent) at.concurrent = busy;
      if (busy > total.concurrent) total.concurrent = busy;
    };
    return {
      arrived: () => {
        current(series).arrivals += 1;
        total.arrivals += 1;
      },
      throttled: () => {
        current(series).throttles += 1;
        total.throttles += 1;
      },
      started: (busy, isCold) => {
        const at = current(series);
        at.invocations += 1;
        total.invocations += 1;
        if (isCold) {
          at.coldStarts += 1;
          total.coldStarts += 1;
        }
        running(at, busy);
      },
      ended: (busy, { status, durationMs, billedMs }) => {
        const at = current(series);
        running(at, busy);
        const gbSeconds = (billedMs / 1_000) * gb;
        at.billedGbSeconds += gbSeconds;
        total.billedGbSeconds += gbSeconds;
        durations.add(durationMs);
        if (status === 'success') return;
        at.errors += 1;
        total.errors += 1;
        if (status !== 'timeout') return;
        at.timeouts += 1;
        total.timeouts += 1;
      },
    };
  };

  const isActive = ({ arrivals, concurrent, billedGbSeconds }: Second): boolean =>
    arrivals > 0 || concurrent > 0 || billedGbSeconds > 0;

  return {
    meter,
    seconds: (since) =>
      all
        .flatMap((series) => {
          const latest = current(series);
          return [...series.past, latest]
            .filter((one) => one.second >= since && isActive(one))
            .map(({ second, ...counts }) => ({ second, function: series.key, ...counts }));
        })
        .sort((a, b) => a.second - b.second),
    totals: () =>
      all.map(({ key, total, busy, durations }) => ({
        function: key,
        counts: total,
        busy,
        p50Ms: durations.median(),
        durations: durations.distribution(),
      })),
  };
};
