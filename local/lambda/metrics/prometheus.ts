import type { Counts, FunctionTotals } from './counts.ts';

/** Environments of a function now: all that live, and those that run something. */
export type PoolCounts = { readonly key: string; readonly alive: number; readonly busy: number };

const COUNTERS: ReadonlyArray<readonly [name: string, help: string, pick: keyof Counts]> = [
  ['lambda_arrivals_total', 'Calls that came, throttled ones too', 'arrivals'],
  ['lambda_invocations_total', 'Calls that were run', 'invocations'],
  ['lambda_cold_starts_total', 'Invocations that began with a new environment', 'coldStarts'],
  ['lambda_throttles_total', 'Calls that were refused', 'throttles'],
  ['lambda_errors_total', 'Invocations that ended in an error, timeouts too', 'errors'],
  ['lambda_timeouts_total', 'Invocations that took longer than they may', 'timeouts'],
  ['lambda_billed_gb_seconds_total', 'Billed duration by memory', 'billedGbSeconds'],
];

const family = (name: string, type: string, help: string, samples: readonly string[]): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => `${name}${sample}\n`).join('')}`;

const histogram = (totals: readonly FunctionTotals[]): string => {
  const name = 'lambda_duration_seconds';
  const samples = totals.flatMap(({ function: key, durations: { bounds, counts, sumMs } }) => {
    let sum = 0;
    const buckets = counts.map((count, i) => {
      sum += count;
      const bound = bounds[i];
      return `_bucket{function="${key}",le="${bound === undefined ? '+Inf' : bound / 1_000}"} ${sum}`;
    });
    return [...buckets, `_sum{function="${key}"} ${sumMs / 1_000}`, `_count{function="${key}"} ${sum}`];
  });
  return family(name, 'histogram', 'Duration of invocations', samples);
};

/** The metrics since the start in Prometheus's text format, version 0.0.4. */
export const prometheusText = (totals: readonly FunctionTotals[], pools: readonly PoolCounts[]): string =>
  [
    ...COUNTERS.map(([name, help, pick]) =>
      family(
        name,
        'counter',
        help,
        totals.map(({ function: key, counts }) => `{function="${key}"} ${counts[pick]}`),
      ),
    ),
    family(
      'lambda_concurrent_executions_max',
      'gauge',
      'Most invocations that ran at once',
      totals.map(({ function: key, counts }) => `{function="${key}"} ${counts.concurrent}`),
    ),
    family(
      'lambda_concurrent_executions',
      'gauge',
      'Invocations that run now',
      pools.map(({ key, busy }) => `{function="${key}"} ${busy}`),
    ),
    family(
      'lambda_environments',
      'gauge',
      'Execution environments that live, busy or idle',
      pools.map(({ key, alive }) => `{function="${key}"} ${alive}`),
    ),
    histogram(totals),
  ].join('');
