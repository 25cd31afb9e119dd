import type { Estimate } from '../results/report-data.ts';
import type { Cell } from './blocks.ts';

const MINUS = '\u2212';

const decimals = (size: number): number => {
  if (size >= 100) return 0;
  if (size >= 10) return 1;
  if (size >= 1) return 2;
  return size === 0 ? 0 : Math.min(6, 2 - Math.floor(Math.log10(size)));
};

/** A number as people read it: three significant digits below 1,000, whole above and where it is whole, e.g. `0.0412`, `12.3`, `4,312`, `−3.1`. */
export const figure = (value: number): string => {
  // Rounded first: 99.97 is 100, and not 100.0.
  const size = Math.abs(value) < 1_000 ? Number(Math.abs(value).toPrecision(3)) : Math.abs(value);
  const digits = Number.isInteger(value) ? 0 : decimals(size);
  const text = new Intl.NumberFormat('en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(size);
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
};

/** The interval of an estimate in words; too few repetitions have none. */
export const interval = ({ low, high, n }: Estimate): string =>
  low === null || high === null ? `n = ${n}, no interval` : `${figure(low)} to ${figure(high)}`;

/** A cell without a figure. */
export const MISSING: Cell = { text: '–' };

/** A cell with a figure; `–` where there is none. */
export const figureCell = (value: number | null | undefined): Cell =>
  value === null || value === undefined ? MISSING : { text: figure(value), value };

/** A cell with an estimate and its interval. */
export const estimateCell = (estimate: Estimate | undefined): Cell =>
  estimate ? { ...figureCell(estimate.median), note: interval(estimate) } : MISSING;

/** An estimate of a difference, whose sign is always shown. */
export const differenceCell = (estimate: Estimate): Cell => {
  const cell = estimateCell(estimate);
  return estimate.median > 0 ? { ...cell, text: `+${cell.text}` } : cell;
};

/** Seconds as people say them, e.g. `48 s`, `3 min 20 s` or `1 h 12 min`. */
export const span = (seconds: number): string => {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, hours] = [Math.floor(whole / 60), Math.floor(whole / 3_600)];
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
};

/** A number with its noun, e.g. `1 run` or `3 runs`. */
export const many = (count: number, noun: string): string =>
  `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`;
