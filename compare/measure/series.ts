/** A figure that only grows, as it was read at instants: ms since 1970, in the order of time. */
export type Series = readonly (readonly [at: number, value: number])[];

/** A series without its steps back: a part that was started anew counts from 0 again, and goes on from where it was. */
export const growing = (series: Series): Series => {
  let lost = 0;
  return series.map(([at, value], i) => {
    const before = series[i - 1]?.[1] ?? 0;
    if (value < before) lost += before - value;
    return [at, value + lost] as const;
  });
};

/** The value at an instant, between two readings in proportion. Before the first and after the last it does not change. */
export const valueAt = (series: Series, at: number): number => {
  const next = series.findIndex(([time]) => time >= at);
  const [last, first] = [series.at(-1), series[0]];
  if (next < 0) return last?.[1] ?? 0;
  if (next === 0) return first?.[1] ?? 0;
  const [[from, low], [to, high]] = [series[next - 1], series[next]] as [Series[number], Series[number]];
  return low + ((high - low) * (at - from)) / (to - from);
};

/** How much it grew within a second that begins at `from`. */
export const growthIn = (series: Series, from: number, ms = 1_000): number =>
  valueAt(series, from + ms) - valueAt(series, from);
