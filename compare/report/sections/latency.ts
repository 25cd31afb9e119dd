import type { ReportData } from '../../results/report-data.ts';
import { type Block, fold, heading, table, text, words } from '../blocks.ts';
import { type Charts, chartPlace } from '../charts.ts';
import { curveOf, places } from '../curve.ts';
import { figureCell } from '../format.ts';
import { targetsOf, validRuns } from '../select.ts';
import { looksOf } from '../series.ts';

const PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99];

/** Latency by percentile under a shape: what the merged histograms of each target's valid runs say. */
export const latencyBlocks = (
  data: ReportData,
  shape: string,
  id: string,
): { blocks: Block[]; charts: Charts } => {
  const targets = targetsOf(data);
  const looks = looksOf(targets);
  const curves = targets.flatMap(({ name }, index) => {
    const curve = curveOf(validRuns(data, shape, name).map(({ load }) => load.latency.histogram));
    const look = looks[index];
    return curve && look ? [{ name, look, curve }] : [];
  });
  if (curves.length === 0) return { blocks: [], charts: {} };
  const longest = Math.max(...curves.map(({ curve }) => curve.ms.length));
  const shown = curves.map(({ look }) => look);
  const rows = curves.map(({ name, curve }) => [
    words(name),
    // A percentile with no value beyond it would only repeat the greatest one.
    ...PERCENTILES.map((percentile) =>
      figureCell(curve.count * (1 - percentile / 100) >= 1 ? curve.at(percentile) : null),
    ),
    figureCell(curve.max),
    figureCell(curve.count),
  ]);
  const label = `Latency by percentile, a line for each of ${shown.map(({ name }) => name).join(', ')}; the same figures are in the table below`;
  return {
    charts: {
      [id]: {
        kind: 'latency',
        looks: shown,
        x: places(longest),
        series: curves.map(({ curve }) => Array.from({ length: longest }, (_, at) => curve.ms[at] ?? null)),
      },
    },
    blocks: [
      heading('Latency by percentile'),
      text(
        'From the moment at which a request was meant to be sent until its answer was complete, all valid runs together.',
      ),
      { kind: 'drawing', html: chartPlace(id, label, shown) },
      fold('The same in figures', [
        table({
          caption: 'Latency by percentile, ms',
          columns: ['Target', ...PERCENTILES.map((percentile) => `${percentile} %`), 'greatest', 'requests'],
          rows,
        }),
      ]),
    ],
  };
};
