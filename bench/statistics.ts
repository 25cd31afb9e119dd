/** A figure over several rounds. */
export type Figure = { readonly median: number; readonly min: number; readonly max: number };

/** Median, least and greatest of some numbers; at least one. */
export const figureOf = (numbers: readonly number[]): Figure => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const high = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(high) : (at(high - 1) + at(high)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
};

/** One line of the result. Ratio lines have a baseline; the target is for the ratio there, else for the figure itself. */
export type Line = {
  readonly name: string;
  readonly unit: string;
  readonly ours: Figure;
  readonly baseline?: Figure;
  /** At most this much; undefined where there is no target. */
  readonly target?: number;
  readonly note?: string;
};

/** What is held against the target. */
export const heldAgainstTarget = ({ ours, baseline }: Line): number =>
  baseline ? ours.median / baseline.median : ours.median;

/** Whether a line is within its target; undefined where it has none. */
export const isMet = (line: Line): boolean | undefined =>
  line.target === undefined ? undefined : heldAgainstTarget(line) <= line.target;
