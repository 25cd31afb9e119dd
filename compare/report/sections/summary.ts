import type { Comparison, ReportData } from '../../results/report-data.ts';
import { type Block, type Cell, fold, table, text, words } from '../blocks.ts';
import { differenceCell, estimateCell, figureCell } from '../format.ts';
import { targetsOf } from '../select.ts';
import { METRIC_NAMES, metricCell } from '../words.ts';

/** The summaries of a shape: a row a metric, a column a target. */
export const summaryBlocks = (data: ReportData, shape: string): Block[] => {
  const columns = targetsOf(data).flatMap(({ name }) =>
    data.summaries.filter((summary) => summary.shape === shape && summary.target === name),
  );
  const used = METRIC_NAMES.filter((metric) => columns.some(({ metrics }) => metrics[metric]));
  return [
    table({
      caption: 'Medians of the valid runs, with their 95 % intervals. Less is better in every row.',
      columns: ['', ...columns.map(({ target }) => target)],
      rows: [
        ...used.map((metric): Cell[] => [
          metricCell(metric),
          ...columns.map(({ metrics }) => estimateCell(metrics[metric])),
        ]),
        [
          words('Valid runs'),
          ...columns.map(({ runs, refused }) => ({
            ...figureCell(runs),
            note: `of ${runs + refused}`,
          })),
        ],
      ],
    }),
    ...targetsOf(data)
      .filter(({ faithful }) => !faithful)
      .map(({ name }) =>
        text(`${name} does not behave as its platform does: nothing about a style is concluded from it.`),
      ),
    ...(used.length === 0 ? [text('No run of this shape is valid, so there is nothing to sum up.')] : []),
  ];
};

const verdictWords = ({ verdict, a, b }: Comparison): string => {
  switch (verdict) {
    case 'a is less':
      return `${a} is lower`;
    case 'b is less':
      return `${b} is lower`;
    case 'none':
      return 'not told apart';
    case 'unknown':
      return 'too few valid runs';
  }
};

/** The comparisons of a shape: a table for each pair of targets. */
export const comparisonBlocks = ({ comparisons }: ReportData, shape: string): Block[] => {
  const pairs = Map.groupBy(
    comparisons.filter((comparison) => comparison.shape === shape),
    ({ a, b }) => JSON.stringify([a, b]),
  );
  const tables = [...pairs.values()].map((list): Block => {
    const [first] = list;
    return table({
      caption: `${first?.b} compared with ${first?.a}`,
      columns: ['', 'Difference', 'Ratio', 'Verdict'],
      words: [3],
      rows: list.map((comparison) => [
        metricCell(comparison.metric),
        differenceCell(comparison.difference),
        estimateCell(comparison.ratio ?? undefined),
        words(verdictWords(comparison)),
      ]),
    });
  });
  if (tables.length === 0) return [];
  const says =
    'A difference is the second target minus the first, by blocks; two targets are told apart when its interval does not hold zero.';
  return [fold(`Compared in ${tables.length === 1 ? 'a pair' : 'pairs'}`, [text(says), ...tables])];
};
