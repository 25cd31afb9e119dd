import type { ReportData } from '../../results/report-data.ts';
import { type Block, type Cell, fold, table, words } from '../blocks.ts';
import { curveOf } from '../curve.ts';
import { figure, figureCell, MISSING } from '../format.ts';
import { targetsOf, type ValidRun, validRuns } from '../select.ts';

const cellOf = (runs: readonly ValidRun[], operation: string): Cell => {
  const results = runs.flatMap(({ load }) =>
    load.operations.filter((result) => result.operation === operation),
  );
  const curve = curveOf(results.map(({ latency }) => latency.histogram));
  const failed = results
    .flatMap(({ failures }) => Object.values(failures))
    .reduce((sum, count) => sum + count, 0);
  if (!curve) return MISSING;
  const note = `p99 ${figure(curve.at(99))}${failed > 0 ? `, ${failed} failed` : ''}`;
  return { ...figureCell(curve.at(50)), note };
};

/** Latency by kind of request under a shape: all valid runs of each target together. */
export const operationBlocks = (data: ReportData, shape: string): Block[] => {
  const targets = targetsOf(data).map(({ name }) => ({ name, runs: validRuns(data, shape, name) }));
  const used = targets.filter(({ runs }) => runs.length > 0);
  const operations = used.flatMap(({ runs }) => runs.flatMap(({ load }) => load.operations));
  const names = [...new Set(operations.map(({ operation }) => operation))];
  if (names.length === 0) return [];
  const isReactive = (name: string): boolean =>
    operations.some(({ operation, reactive }) => operation === name && reactive);
  return [
    fold('By kind of request', [
      table({
        caption: 'Median latency by kind of request, ms, with the 99th percentile',
        columns: ['Request', ...used.map(({ name }) => name)],
        rows: names.map((name) => [
          isReactive(name) ? { text: name, note: 'polling' } : words(name),
          ...used.map(({ runs }) => cellOf(runs, name)),
        ]),
      }),
    ]),
  ];
};
