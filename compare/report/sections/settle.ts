import { html } from '../../../shared/contract/html.ts';
import type { ReportData } from '../../results/report-data.ts';
import { type Block, heading, table, text, words } from '../blocks.ts';
import { curveOf } from '../curve.ts';
import { figureCell } from '../format.ts';
import { targetsOf, validRuns } from '../select.ts';
import { type Range, rangeRows } from '../svg-ranges.ts';

const PERCENTILES = [50, 90, 95, 99];

/** How long orders took until they were settled, under a shape. */
export const settleBlocks = (data: ReportData, shape: string): Block[] => {
  const settled = targetsOf(data).flatMap(({ name }) => {
    const runs = validRuns(data, shape, name);
    const curve = curveOf(runs.map(({ load }) => load.settle.histogram));
    const unsettled = runs.reduce((sum, { load }) => sum + load.unsettled, 0);
    return curve ? [{ name, curve, unsettled }] : [];
  });
  if (settled.length === 0) return [];
  const ranges = settled.map(
    ({ name, curve }): Range => ({ name, low: curve.at(50), middle: curve.at(95), high: curve.at(99) }),
  );
  return [
    heading('Until an order is settled'),
    text(
      'From the answer that took the order until polling saw it confirmed or rejected, to the interval of polling.',
    ),
    {
      kind: 'drawing',
      html: html`<figure><figcaption>Median, 95th (dot) and 99th percentile</figcaption><div class="ranges">${rangeRows(ranges, 'ms', ['median', '95th', '99th percentile'])}</div></figure>`,
    },
    table({
      caption: 'Time until an order is settled, ms',
      columns: [
        'Target',
        ...PERCENTILES.map((percentile) => `${percentile} %`),
        'greatest',
        'orders',
        'not settled',
      ],
      rows: settled.map(({ name, curve, unsettled }) => [
        words(name),
        ...PERCENTILES.map((percentile) => figureCell(curve.at(percentile))),
        figureCell(curve.max),
        figureCell(curve.count),
        { ...figureCell(unsettled), bad: unsettled > 0 },
      ]),
    }),
  ];
};
