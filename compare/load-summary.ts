import type { Estimate, Metric, ReportData, Summary } from './results/report-data.ts';

/** What the terminal shows of a report, with the title of each column. */
const COLUMNS = {
  p50: 'p50 ms',
  p99: 'p99 ms',
  settle: 'settled ms',
  failedShare: 'failed %',
  cpuPer1000: 'CPU s/1000',
} as const satisfies Partial<Record<Metric, string>>;

const WIDTH = 22;

const numberText = (value: number): string =>
  value === 0 ? '0' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const estimateText = (estimate: Estimate | undefined): string => {
  if (!estimate) return '–';
  const { median, low, high } = estimate;
  const interval = low === null || high === null ? '' : ` (${numberText(low)}–${numberText(high)})`;
  return `${numberText(median)}${interval}`;
};

const rowOf = ({ target, runs, refused, metrics }: Summary): string =>
  [
    target.padEnd(WIDTH),
    `${runs} of ${runs + refused}`.padStart(10),
    ...Object.keys(COLUMNS).map((metric) => estimateText(metrics[metric as Metric]).padStart(WIDTH)),
  ].join('');

/** A report for the terminal: a table a shape with medians and intervals, and what follows from it. */
export const summaryLines = ({ summaries, supports, doesNotSupport }: ReportData): readonly string[] => {
  const head = [
    ''.padEnd(WIDTH),
    'valid runs'.padStart(10),
    ...Object.values(COLUMNS).map((title) => title.padStart(WIDTH)),
  ].join('');
  const tables = [...Map.groupBy(summaries, ({ shape }) => shape)].flatMap(([shape, rows]) => [
    `\n${shape}: median of the valid runs, with its interval`,
    head,
    ...rows.map(rowOf),
  ]);
  const list = (title: string, sentences: readonly string[]): readonly string[] =>
    sentences.length === 0 ? [] : [`\n${title}`, ...sentences.map((sentence) => `  - ${sentence}`)];
  return [
    ...tables,
    ...list('What these runs support:', supports),
    ...list('What they do not:', doesNotSupport),
  ];
};
