import { UsageError } from '../command-line.ts';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/**
 * Reads a duration: `500ms`, `2s`, `1.5m`, `1h`, or a plain number of seconds.
 *
 * @param option the option's name, for the error
 * @returns ms
 * @throws UsageError
 */
export const durationOf = (option: string, value: string): number => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value) ?? [];
  if (number === undefined)
    throw new UsageError(`--${option} is a time like 500ms, 2s or 5m, not "${value}".`);
  return Math.round(Number(number) * UNITS[(unit ?? 's') as keyof typeof UNITS]);
};

/** Seconds with one decimal, for a person: `2.3 s`. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
