import { isCounted, type Row } from './rows.ts';
import type { Outcome } from './run-rows.ts';

/** One row with its outcomes; a runtime that was left out has none. */
export type ReportRow = Row & {
  readonly counted: boolean;
  readonly ours?: Outcome | undefined;
  readonly offline?: Outcome | undefined;
};

/** How many counted rows a runtime passed. */
export type Totals = { readonly passed: number; readonly counted: number; readonly notMeasured: number };

const SIGNS = {
  pass: 'pass',
  fail: 'FAIL',
  'not applicable': 'n/a',
  'not measured': 'not measured',
} as const;

const signOf = (outcome: Outcome | undefined, counted: boolean): string => {
  if (!outcome) return '-';
  const sign = SIGNS[outcome.verdict];
  return counted || outcome.verdict === 'not applicable' ? sign : `(${sign})`;
};

/** Sums up the counted rows of one runtime. */
export const totalsOf = (rows: readonly ReportRow[], runtime: 'ours' | 'offline'): Totals => {
  const verdicts = rows.filter(({ counted }) => counted).map((row) => row[runtime]?.verdict);
  const of = (verdict: Outcome['verdict']): number => verdicts.filter((one) => one === verdict).length;
  return {
    passed: of('pass'),
    counted: verdicts.length - of('not measured'),
    notMeasured: of('not measured'),
  };
};

/** Puts a row and its outcomes together. */
export const reportRow = (row: Row, ours?: Outcome, offline?: Outcome): ReportRow => ({
  ...row,
  counted: isCounted(row),
  ours,
  offline,
});

const totalsText = (name: string, { passed, counted, notMeasured }: Totals): string =>
  `${name}: ${passed} of ${counted} counted rows${notMeasured > 0 ? `, ${notMeasured} not measured` : ''}`;

/** The totals, a line each. */
export const totalLines = (rows: readonly ReportRow[]): string[] => [
  totalsText('ours', totalsOf(rows, 'ours')),
  totalsText('serverless-offline', totalsOf(rows, 'offline')),
];

/** One row as a line of text. */
export const lineOf = ({ id, area, what, source, conf, counted, ours, offline }: ReportRow): string =>
  [
    id.padEnd(3),
    area.padEnd(11),
    what.slice(0, 60).padEnd(60),
    source.slice(0, 24).padEnd(24),
    conf.padEnd(5),
    signOf(ours, counted).padEnd(6),
    signOf(offline, counted),
  ].join('  ');

/** The heads of the columns of `lineOf`. */
export const HEAD = [
  'id ',
  'area'.padEnd(11),
  'what'.padEnd(60),
  'source'.padEnd(24),
  'conf'.padEnd(5),
  'ours'.padEnd(6),
  'serverless-offline',
].join('  ');

const NOTE = `A row counts where AWS says so in its text (Q), shows it in its source (S) or its runtime client does so (RAN). What is
only captured from AWS by others (OBS), where AWS's text is silent, and what this stack cannot meet is shown in brackets and does
not count.`;

/** The whole report as Markdown: the table, then why rows did not pass. */
export const markdownOf = (rows: readonly ReportRow[]): string => {
  const cells = rows.map((row) =>
    [
      row.id,
      row.area,
      row.what,
      row.source,
      row.conf,
      signOf(row.ours, row.counted),
      signOf(row.offline, row.counted),
    ].join(' | '),
  );
  const reasons = rows.flatMap((row) =>
    (['ours', 'offline'] as const).flatMap((runtime) => {
      const outcome = row[runtime];
      return outcome?.reason === undefined
        ? []
        : [
            `- ${row.id} ${runtime === 'ours' ? 'ours' : 'serverless-offline'} (${outcome.verdict}): ${outcome.reason}`,
          ];
    }),
  );
  const silent = rows.flatMap(({ id, silent: why }) =>
    why === undefined ? [] : [`- ${id} is not counted: ${why}`],
  );
  return [
    '# Conformance to AWS Lambda and the HTTP API',
    NOTE,
    totalLines(rows)
      .map((line) => `- ${line}`)
      .join('\n'),
    [
      '| id | area | what | source | conf | ours | serverless-offline |',
      '|---|---|---|---|---|---|---|',
      ...cells.map((line) => `| ${line} |`),
    ].join('\n'),
    '## Why',
    [...silent, ...reasons].join('\n'),
    '',
  ].join('\n\n');
};
