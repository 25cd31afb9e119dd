import type { Gate } from '../results/run-record.ts';

/** Two decimals below 10, one below 100, else none. */
export const round = (value: number): string => {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)));
};

/** A value that must not exceed its limit. Null was not measured, and fails. */
export const gateOf = ({
  name,
  what,
  value,
  limit,
  unit,
  after = '',
  why,
}: {
  readonly name: Gate['name'];
  /** Beginning of the sentence, up to the value. */
  readonly what: string;
  readonly value: number | null;
  readonly limit: number;
  readonly unit: string;
  /** What follows the value. */
  readonly after?: string;
  /** Why there is no value. */
  readonly why?: string | undefined;
}): Gate => {
  const seen = value === null ? `not measured${why ? ` (${why})` : ''}` : `${round(value)} ${unit}${after}`;
  const says = `${what}${value === null ? ': ' : ' '}${seen}; at most ${limit} ${unit} is allowed.`;
  return { name, ok: value !== null && value <= limit, says, value, limit, unit };
};
