import type { LoadSecond, StackSecond } from '../../results/run-record.ts';
import type { TimelineRow } from '../charts.ts';
import type { ValidRun } from '../select.ts';

type Seconds = { readonly load: LoadSecond | undefined; readonly stack: StackSecond | undefined };
type RowKind = Omit<TimelineRow, 'series'> & { readonly of: (at: Seconds) => number | null | undefined };

const ROWS: readonly RowKind[] = [
  {
    key: 'arrivals',
    title: 'Arrivals',
    unit: 'requests a second',
    scale: 'linear',
    stepped: true,
    of: ({ load }) => load?.offered,
  },
  {
    key: 'instances',
    title: 'Instances',
    unit: 'environments or replicas',
    scale: 'linear',
    stepped: true,
    of: ({ stack }) => stack?.instances,
  },
  {
    key: 'cold-starts',
    title: 'Cold starts',
    unit: 'a second',
    scale: 'linear',
    stepped: true,
    of: ({ stack }) => stack?.coldStarts,
  },
  {
    key: 'throttles',
    title: 'Throttles',
    unit: 'a second',
    scale: 'linear',
    stepped: true,
    of: ({ stack }) => stack?.throttles,
  },
  {
    key: 'p50',
    title: 'Latency, median',
    unit: 'ms',
    scale: 'log',
    stepped: false,
    of: ({ load }) => load?.p50,
  },
  {
    key: 'p99',
    title: 'Latency, 99th percentile',
    unit: 'ms',
    scale: 'log',
    stepped: false,
    of: ({ load }) => load?.p99,
  },
  {
    key: 'errors',
    title: 'Errors',
    unit: 'failed requests a second',
    scale: 'linear',
    stepped: true,
    of: ({ load }) => load?.failed,
  },
];

const seriesOf = (run: ValidRun, x: readonly number[], of: RowKind['of']): (number | null)[] => {
  const load = new Map(run.load.seconds.map((at) => [at.second, at]));
  const stack = new Map(run.measured?.stack.map((at) => [at.second, at]));
  return x.map((second) => of({ load: load.get(second), stack: stack.get(second) }) ?? null);
};

/** The small charts of a timeline, each with the seconds `x` of every run. */
export const timelineRows = (runs: readonly ValidRun[], x: readonly number[]): TimelineRow[] =>
  ROWS.map(({ of, ...row }) => ({ ...row, series: runs.map((run) => seriesOf(run, x, of)) }));
