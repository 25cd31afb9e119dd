import type { ReportData } from '../../results/report-data.ts';
import type { TargetInfo } from '../../results/run-record.ts';
import { type Block, type Cell, fold, heading, table, text, words } from '../blocks.ts';
import { type Charts, chartPlace, type TimelineRow } from '../charts.ts';
import { figureCell } from '../format.ts';
import { targetsOf, typicalRun, type ValidRun, validRuns } from '../select.ts';
import { type Look, looksOf } from '../series.ts';
import { enumerate } from './headline.ts';
import { timelineRows } from './timeline-rows.ts';

type Line = { readonly info: TargetInfo; readonly look: Look; readonly run: ValidRun };

/** One target a style is shown at first, on the store that is the style's own; without styles, the first two. */
const shownAtFirst = (lines: readonly Line[]): boolean[] => {
  const native = { microservices: 'postgres', serverless: 'dynamodb' } as const;
  const picked = (['microservices', 'serverless'] as const).flatMap((style) => {
    const same = lines.filter(({ info }) => info.style === style && info.faithful);
    return same.find(({ info }) => info.store === native[style]) ?? same[0] ?? [];
  });
  const shown = picked.length === 2 ? picked : lines.slice(0, 2);
  return lines.map((line) => shown.includes(line));
};

const xOf = (lines: readonly Line[]): number[] => {
  const seconds = lines.flatMap(({ run }) => run.load.seconds.map(({ second }) => second));
  const [first, last] = [Math.min(...seconds), Math.max(...seconds)];
  return seconds.length === 0 ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
};

const figures = (
  x: readonly number[],
  rows: readonly TimelineRow[],
  lines: readonly Line[],
  shown: readonly boolean[],
): Block => {
  const which = lines.flatMap((_, index) => (shown[index] ? [index] : []));
  return table({
    caption: `Second by second: ${which.map((index) => lines[index]?.info.name).join(', ')}`,
    columns: [
      'Second',
      ...rows.flatMap(({ title }) => which.map((index) => `${title}: ${lines[index]?.info.name}`)),
    ],
    rows: x.map((second, at): Cell[] => [
      words(`${second}`),
      ...rows.flatMap(({ series }) => which.map((index) => figureCell(series[index]?.[at]))),
    ]),
  });
};

/** The timeline of a shape: small charts over one axis of seconds, both styles in each. */
export const timelineBlocks = (
  data: ReportData,
  shape: string,
  id: string,
): { blocks: Block[]; charts: Charts } => {
  const targets = targetsOf(data);
  const looks = looksOf(targets);
  const lines = targets.flatMap((info, index): Line[] => {
    const [run, look] = [typicalRun(validRuns(data, shape, info.name)), looks[index]];
    return run && look ? [{ info, look, run }] : [];
  });
  const x = xOf(lines);
  if (x.length === 0) return { blocks: [], charts: {} };
  const shown = shownAtFirst(lines);
  const all = timelineRows(
    lines.map(({ run }) => run),
    x,
  );
  const isTold = ({ series }: TimelineRow): boolean => series.flat().some((value) => value !== null);
  const rows = all.filter(isTold);
  const untold = all.filter((row) => !isTold(row)).map(({ title }) => title.toLowerCase());
  const which = lines.map(({ info, run }) => `${info.name}: run ${run.id}`).join('; ');
  const names = lines.map(({ look }) => look);
  return {
    charts: { [id]: { kind: 'timeline', looks: names, shown, x, rows } },
    blocks: [
      heading('Timeline'),
      text(
        'One real run of each target, second by second: the one whose 99th percentile is the median of its valid runs.',
      ),
      {
        kind: 'drawing',
        html: chartPlace(
          id,
          `Timeline of ${names.map(({ name }) => name).join(', ')}; the arrow keys move along it`,
          names,
        ),
      },
      ...(untold.length > 0 ? [text(`No target tells its ${enumerate(untold)}.`)] : []),
      fold('The same in figures', [
        text(`Shown are ${which}. Seconds of every run are in compare.json.`),
        figures(x, rows, lines, shown),
      ]),
    ],
  };
};
