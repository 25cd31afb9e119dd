import { type Figure, heldAgainstTarget, isMet, type Line } from './statistics.ts';

const short = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)));

const spread = ({ median, min, max }: Figure): string => `${short(median)} (${short(min)}-${short(max)})`;

const cellsOf = (line: Line): readonly string[] => {
  const { name, unit, ours, baseline, target } = line;
  const met = isMet(line);
  const value = heldAgainstTarget(line);
  return [
    name,
    `${spread(ours)} ${unit}`,
    baseline ? `${spread(baseline)} ${unit}` : '',
    baseline ? `${value.toFixed(2)}x` : '',
    target === undefined ? '' : `<= ${target}${baseline ? 'x' : ` ${unit}`}`,
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ];
};

/** The result as a table: median (least-greatest) of ours and of the baseline, their ratio, the target, and whether it is met. */
export const tableOf = (lines: readonly Line[]): string => {
  const rows = [['', 'Duet', 'baseline', 'ratio', 'target', ''], ...lines.map(cellsOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const text = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const notes = lines.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}.`]));
  return [...text, '', ...notes].join('\n').trimEnd();
};
