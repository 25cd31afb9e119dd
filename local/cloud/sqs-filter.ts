/** Filters of event source mappings (Lambda developer guide, "Control which events Lambda sends to your function"). */
import { isRecord } from './template-intrinsics.ts';

/** A filter: an event pattern over a message, in which `body` is the one that mappings of queues mostly have. */
export type FilterPattern = Readonly<Record<string, unknown>>;

/** What a filter sees of a message. */
type Filtered = { readonly body: string };

const OPERATORS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** `['>', 0, '<=', 5]`: every comparison holds. */
const inRange = (value: unknown, range: unknown): boolean => {
  if (typeof value !== 'number' || !Array.isArray(range) || range.length === 0) return false;
  for (let i = 0; i + 1 < range.length; i += 2) {
    if (!OPERATORS[String(range[i])]?.(value, Number(range[i + 1]))) return false;
  }
  return true;
};

/** One alternative of a list: a value, or an object with one comparison. */
const matchesOne = (alternative: unknown, value: unknown): boolean => {
  if (!isRecord(alternative)) return value !== undefined && value === alternative;
  const [operator, operand] = Object.entries(alternative)[0] ?? [];
  const text = typeof value === 'string' ? value : undefined;
  switch (operator) {
    case 'exists':
      return (value !== undefined) === operand;
    case 'prefix':
      return text?.startsWith(String(operand)) ?? false;
    case 'suffix':
      return text?.endsWith(String(operand)) ?? false;
    case 'equals-ignore-case':
      return text?.toLowerCase() === String(operand).toLowerCase();
    case 'numeric':
      return inRange(value, operand);
    case 'anything-but':
      return value !== undefined && ![operand].flat().some((other) => matchesOne(other, value));
    default:
      throw new Error(`A filter has the comparison ${operator}, which is not known`);
  }
};

/** Alternatives are ORed; of a value that is a list, one element has to match. */
const matchesAny = (alternatives: readonly unknown[], value: unknown): boolean =>
  alternatives.some((alternative) =>
    Array.isArray(value)
      ? value.some((element) => matchesOne(alternative, element))
      : matchesOne(alternative, value),
  );

const matchesObject = (pattern: FilterPattern, value: unknown): boolean =>
  Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or' && Array.isArray(wanted))
      return wanted.filter(isRecord).some((one) => matchesObject(one, value));
    const found = isRecord(value) ? value[name] : undefined;
    return Array.isArray(wanted)
      ? matchesAny(wanted, found)
      : isRecord(wanted) && matchesObject(wanted, found);
  });

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/**
 * Whether a mapping with these filters wants a message. A `body` that is an object is held against the body as JSON, and one that is a
 * list against it as text; a body of the other form does not match.
 */
export const isWanted = (filters: readonly FilterPattern[], message: Filtered): boolean => {
  if (filters.length === 0) return true;
  const json = parsed(message.body);
  return filters.some(({ body, ...rest }) => {
    if (Object.keys(rest).length > 0 && !matchesObject(rest, message)) return false;
    if (body === undefined) return true;
    if (Array.isArray(body)) return !isRecord(json) && matchesAny(body, message.body);
    return isRecord(body) && isRecord(json) && matchesObject(body, json);
  });
};
