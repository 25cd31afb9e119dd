/** EventBridge's schedule expressions (user guide, "Cron expressions" and "Rate expressions"), in UTC. */

/** Pause between two firings of `rate(n minutes|hours|days)` in milliseconds, or undefined when it is no rate. */
export const ratePeriod = (expression: string): number | undefined => {
  const match = /^rate\(\s*([1-9]\d*)\s+(minute|hour|day)s?\s*\)$/.exec(expression.trim());
  const unit = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[match?.[2] ?? ''];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
};

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** How far ahead the next firing is looked for, in days. */
const HORIZON_DAYS = 5 * 366;

type Day = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly last: number;
};

/**
 * Reads `cron(minutes hours day-of-month month day-of-week year)` and gives a function from a time to the next firing
 * after it, in milliseconds, or undefined when there is none within five years. One of the two day fields must be `?`.
 * `L`, `W` and `#` are understood in the day fields. Throws an Error for anything else.
 */
export const parseCron = (expression: string): ((after: number) => number | undefined) => {
  const fields = /^cron\(\s*(.*?)\s*\)$/.exec(expression.trim())?.[1]?.split(/\s+/) ?? [];
  const bad = (why: string): Error => new Error(`The schedule ${expression} cannot be read: ${why}`);
  if (fields.length !== 6) throw bad('it is neither rate(n minutes) nor cron() with six fields');
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    throw bad('one of day-of-month and day-of-week must be ?');
  const list = (
    text: string,
    from: number,
    to: number,
    names: readonly string[],
    base: number,
  ): Set<number> => {
    const values = parseList(text, from, to, names, base);
    if (!values) throw bad(`${text} is no list of ${from} to ${to}`);
    return values;
  };
  const minutes = [...list(minute, 0, 59, [], 0)].sort((a, b) => a - b);
  const hours = [...list(hour, 0, 23, [], 0)].sort((a, b) => a - b);
  const months = list(month, 1, 12, MONTHS, 1);
  const years = list(year, 1970, 2199, [], 0);
  const onDay =
    dayOfWeek === '?'
      ? (special(dayOfMonth, monthDay) ?? isIn(list(dayOfMonth, 1, 31, [], 0), ({ day }) => day))
      : (special(dayOfWeek, weekDay) ?? isIn(list(dayOfWeek, 1, 7, DAYS, 1), ({ weekday }) => weekday + 1));

  return (after) => {
    const start = new Date(after);
    for (let i = 0; i < HORIZON_DAYS; i += 1) {
      const midnight = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate() + i);
      const day = dayOf(new Date(midnight));
      if (!years.has(day.year) || !months.has(day.month) || !onDay(day)) continue;
      for (const h of hours) {
        for (const m of minutes) {
          const time = midnight + (h * 60 + m) * 60_000;
          if (time > after) return time;
        }
      }
    }
    return undefined;
  };
};

const dayOf = (date: Date): Day => ({
  year: date.getUTCFullYear(),
  month: date.getUTCMonth() + 1,
  day: date.getUTCDate(),
  weekday: date.getUTCDay(),
  last: new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
});

const isIn =
  (values: ReadonlySet<number>, of: (day: Day) => number) =>
  (day: Day): boolean =>
    values.has(of(day));

const special = (text: string, read: (text: string) => ((day: Day) => boolean) | undefined) => read(text);

/** `L`: the last day. `15W`: the weekday (Monday to Friday) nearest to the 15th, in the same month. */
const monthDay = (text: string): ((day: Day) => boolean) | undefined => {
  if (text === 'L') return ({ day, last }) => day === last;
  const wanted = Number(/^(\d{1,2})W$/.exec(text)?.[1] ?? Number.NaN);
  if (!(wanted >= 1 && wanted <= 31)) return undefined;
  return ({ year, month, day, last }) => {
    const target = Math.min(wanted, last);
    const weekday = new Date(Date.UTC(year, month - 1, target)).getUTCDay();
    if (weekday === 6) return day === (target === 1 ? 3 : target - 1);
    if (weekday === 0) return day === (target === last ? target - 2 : target + 1);
    return day === target;
  };
};

/** `6L`: the last Friday of the month. `3#2`: its second Tuesday. Days are 1 (Sunday) to 7. */
const weekDay = (text: string): ((day: Day) => boolean) | undefined => {
  const index = (name: string): number => (DAYS.includes(name) ? DAYS.indexOf(name) : Number(name) - 1);
  const last = /^([1-7]|[A-Z]{3})L$/.exec(text)?.[1];
  if (last !== undefined) return (day) => day.weekday === index(last) && day.day > day.last - 7;
  const [, name, nth] = /^([1-7]|[A-Z]{3})#([1-5])$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return ({ weekday, day }) => weekday === index(name) && Math.ceil(day / 7) === Number(nth);
};

/** A comma-separated list of values, ranges and steps; undefined when something in it is not within `from` and `to`. */
const parseList = (
  text: string,
  from: number,
  to: number,
  names: readonly string[],
  base: number,
): Set<number> | undefined => {
  const value = (part: string): number => {
    const name = names.indexOf(part.toUpperCase());
    return name >= 0 ? name + base : /^\d+$/.test(part) ? Number(part) : Number.NaN;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    const [low, high] = range.split('-');
    const start = range === '*' ? from : value(low ?? '');
    const end = range === '*' || (step !== undefined && high === undefined) ? to : value(high ?? low ?? '');
    const by = step === undefined ? 1 : Number(step);
    if (!(start >= from && end <= to && start <= end && by >= 1 && Number.isInteger(by))) return undefined;
    for (let i = start; i <= end; i += by) values.add(i);
  }
  return values;
};
