import { type Html, html } from '../../../shared/contract/html.ts';
import type { Effects, ReportData } from '../../results/report-data.ts';
import { type Block, fold, heading, table, text } from '../blocks.ts';
import { differenceCell, estimateCell } from '../format.ts';
import { type Range, rangeRows } from '../svg-ranges.ts';
import { METRIC_WORDS, metricCell, unitWords } from '../words.ts';

const plotOf = ({ metric, style, store, interaction }: Effects): Html => {
  const ranges = Object.entries({ style, store, interaction }).map(
    ([name, { low, median, high }]): Range => ({ name, low, middle: median, high }),
  );
  return html`<figure><figcaption>${METRIC_WORDS[metric]}, ${unitWords(metric)}</figcaption><div class="ranges narrow">${rangeRows(ranges, unitWords(metric))}</div></figure>`;
};

/** The 2 x 2 of a shape: what the style changes, what the store changes, and what only both together change. */
export const effectBlocks = ({ effects }: ReportData, shape: string): Block[] => {
  const list = effects.filter((effect) => effect.shape === shape);
  const [first] = list;
  if (!first) return [];
  return [
    heading('Style and store apart'),
    text(
      'The effect of the style is serverless minus microservices, averaged over the stores; that of the store is DynamoDB minus PostgreSQL, averaged over the styles. The interaction is what only both together change. An interval that crosses zero shows no effect.',
    ),
    { kind: 'drawing', html: html`<div class="small-multiples">${list.map(plotOf)}</div>` },
    table({
      caption: 'Effects, with their 95 % intervals',
      columns: ['', 'Style', 'Store', 'Interaction'],
      rows: list.map(({ metric, style, store, interaction }) => [
        metricCell(metric),
        ...[style, store, interaction].map(differenceCell),
      ]),
    }),
    fold('The four cells from which they come', [
      table({
        caption: 'Medians of the four cells, with their 95 % intervals',
        columns: ['', ...first.cells.map(({ target }) => target)],
        rows: list.map(({ metric, cells }) => [
          metricCell(metric),
          ...first.cells.map(({ target }) =>
            estimateCell(cells.find((cell) => cell.target === target)?.estimate),
          ),
        ]),
      }),
    ]),
  ];
};
