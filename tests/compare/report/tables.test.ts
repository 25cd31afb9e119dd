import { describe, expect, it } from 'vitest';
import { loadReportPage } from '../../../compare/report/html-report.ts';
import { loadReportMarkdown } from '../../../compare/report/markdown-report.ts';
import { METRIC_NAMES, METRIC_WORDS } from '../../../compare/report/words.ts';
import type { Estimate, ReportData } from '../../../compare/results/report-data.ts';
import { fullFixture, smallestFixture, urlFixture } from './support/fixtures.ts';
import { type ReadCell, type ReadTable, readTables, sectionOf } from './support/read-tables.ts';

const full = fullFixture();
const page = loadReportPage(full);
const shapes = [...new Set(full.runs.map(({ shape }) => shape))];

const tablesOf = (html: string, id: string, caption: string): ReadTable[] =>
  readTables(sectionOf(html, id)).filter((table) => table.caption.startsWith(caption));

const cellAt = ({ columns, rows }: ReadTable, row: string, column: string): ReadCell | undefined =>
  rows.find(([head]) => head?.text === row)?.[columns.indexOf(column)];

/** A text is a rounding of a figure when it is as near as three digits allow. */
const rounds = (text: string, value: number): boolean => {
  const read = Number(text.replace('\u2212', '-').replace('+', '').replaceAll(',', ''));
  return Math.abs(read - value) <= Math.max(Math.abs(value) * 0.005, 5e-7);
};

const expectEstimate = (cell: ReadCell | undefined, estimate: Estimate): void => {
  expect(cell?.value).toBe(estimate.median);
  expect(rounds(cell?.text ?? '', estimate.median)).toBe(true);
  const { low, high, n } = estimate;
  if (low === null || high === null) {
    expect(cell?.note).toBe(`n = ${n}, no interval`);
    return;
  }
  const [from = '', to = ''] = cell?.note.split(' to ') ?? [];
  expect([rounds(from, low), rounds(to, high)]).toEqual([true, true]);
};

describe('the tables of a report', () => {
  it('When a shape is summed up, then each cell is the estimate of the JSON with its interval', () => {
    let cells = 0;
    for (const [index, shape] of shapes.entries()) {
      const [table] = tablesOf(page, `shape-${index + 1}`, 'Medians of the valid runs');
      for (const { target, metrics, runs } of full.summaries.filter((one) => one.shape === shape)) {
        for (const metric of METRIC_NAMES) {
          const estimate = metrics[metric];
          if (!estimate || !table) throw new Error(`${shape} ${target} has no ${metric}`);
          expectEstimate(cellAt(table, METRIC_WORDS[metric], target), estimate);
          cells++;
        }
        expect(table && cellAt(table, 'Valid runs', target)?.value).toBe(runs);
      }
    }
    expect(cells).toBe(3 * 4 * METRIC_NAMES.length);
  });

  it('When targets are compared, then difference, ratio and verdict are those of the JSON', () => {
    const words = { none: 'not told apart', unknown: 'too few valid runs' };
    for (const { shape, metric, a, b, difference, ratio, verdict } of full.comparisons) {
      const [table] = tablesOf(page, `shape-${shapes.indexOf(shape) + 1}`, `${b} compared with ${a}`);
      if (!table) throw new Error(`${a} and ${b} have no table`);
      expectEstimate(cellAt(table, METRIC_WORDS[metric], 'Difference'), difference);
      const ratioCell = cellAt(table, METRIC_WORDS[metric], 'Ratio');
      if (ratio) expectEstimate(ratioCell, ratio);
      else expect(ratioCell?.text).toBe('–');
      const said =
        verdict === 'a is less'
          ? `${a} is lower`
          : verdict === 'b is less'
            ? `${b} is lower`
            : words[verdict];
      expect(cellAt(table, METRIC_WORDS[metric], 'Verdict')?.text).toBe(said);
    }
  });

  it('When style and store are taken apart, then the three effects and four cells are those of the JSON', () => {
    for (const { shape, metric, style, store, interaction, cells } of full.effects) {
      const id = `shape-${shapes.indexOf(shape) + 1}`;
      const [effects] = tablesOf(page, id, 'Effects');
      const [four] = tablesOf(page, id, 'Medians of the four cells');
      if (!effects || !four) throw new Error(`${shape} has no effects`);
      const row = METRIC_WORDS[metric];
      expectEstimate(cellAt(effects, row, 'Style'), style);
      expectEstimate(cellAt(effects, row, 'Store'), store);
      expectEstimate(cellAt(effects, row, 'Interaction'), interaction);
      for (const { target, estimate } of cells) expectEstimate(cellAt(four, row, target), estimate);
    }
  });

  it('When runs have gates, then every gate of every run is there, and the refused runs say why', () => {
    const [table] = tablesOf(page, 'gates', 'Every gate');
    expect(table?.rows).toHaveLength(full.runs.length);
    for (const run of full.runs) {
      const row = table?.rows.find(([head]) => head?.text === run.id) ?? [];
      const verdict = run.broken !== null ? '✗ did not run' : run.refused ? '✗ refused' : '✓ valid';
      expect(row[3]?.text).toBe(verdict);
      const values = row.slice(4).flatMap(({ value }) => value ?? []);
      expect(values).toEqual(run.gates.flatMap(({ value }) => value ?? []));
      expect(row.slice(4).filter(({ text }) => text.startsWith('✗'))).toHaveLength(
        run.gates.filter(({ ok }) => !ok).length,
      );
    }
    const said = sectionOf(page, 'gates');
    for (const says of full.runs.flatMap(({ gates }) => gates.map((gate) => gate.says)))
      expect(said).toContain(says);
  });

  it('When code was counted, then every figure of the JSON is in its row', () => {
    const tables = readTables(sectionOf(page, 'counts'));
    for (const { group, name, microservices, serverless, shared } of full.counts) {
      const table = tables.find(({ columns }) => columns[0] === group);
      const seen = ['microservices', 'serverless', 'shared'].map(
        (side) => table && cellAt(table, name, side)?.value,
      );
      expect(seen).toEqual([microservices ?? undefined, serverless ?? undefined, shared ?? undefined]);
    }
  });

  it('When latency is shown by kind of request, then each kind has its percentiles, and polling is named so', () => {
    const [table] = tablesOf(page, 'shape-2', 'Median latency by kind of request');
    const runs = full.runs.flatMap(({ shape, target, refused, load }) =>
      shape === 'spike' && target.name === 'serverless/dynamodb' && !refused && load ? [load] : [],
    );
    const medians = runs.map(
      ({ operations }) => operations.find(({ operation }) => operation === 'place-order')?.latency.p50 ?? 0,
    );
    const median = (table && cellAt(table, 'place-order', 'serverless/dynamodb')?.value) ?? 0;
    expect(median).toBeGreaterThanOrEqual(Math.min(...medians));
    expect(median).toBeLessThanOrEqual(Math.max(...medians));
    const notes = table?.rows.map(([head]) => [head?.text, head?.note]);
    expect(notes).toEqual([
      ['list-products', ''],
      ['place-order', ''],
      ['poll-order', 'polling'],
    ]);
  });

  it('When the Markdown is made, then it has every table of the page, row for row', () => {
    const markdown = loadReportMarkdown(full);
    const rows = markdown.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
    const tables = readTables(page);
    expect(rows).toHaveLength(tables.reduce((sum, table) => sum + table.rows.length + 1, 0));
    const texts = tables.flatMap((table) => table.rows.flatMap((row) => row.map(({ text }) => text)));
    expect(texts.filter((text) => !markdown.includes(text.replace(/[_&]/g, '\\$&')))).toEqual([]);
    for (const sentence of [...full.supports, ...full.doesNotSupport])
      expect(markdown).toContain(`- ${sentence}`);
    expect(markdown).toContain(full.command);
  });

  it('When every run was refused, then the report says so and draws nothing', () => {
    const smallest = loadReportPage(smallestFixture());
    expect(smallest).toContain('0 of 1 run valid');
    expect(smallest).toContain('No run of this shape is valid');
    expect(smallest).toContain('91.37 %, at least 99 % is allowed');
    expect(smallest).not.toContain('<figure');
  });

  it('When nothing was measured beside the traffic, then latency is there and CPU is not', () => {
    const url: ReportData = urlFixture();
    const shape = sectionOf(loadReportPage(url), 'shape-1');
    expect(shape).toContain('Latency by percentile');
    expect(shape).not.toContain('CPU and memory');
    expect(shape).toContain('No target tells its instances, cold starts and throttles.');
    expect(shape).toContain('n = 2, no interval');
  });
});
