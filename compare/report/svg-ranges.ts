import { type Html, html } from '../../shared/contract/html.ts';
import { breakable } from './breakable.ts';
import { figure } from './format.ts';

/** Three values on one line: an interval with its middle, or three percentiles. Nulls: there is no interval. */
export type Range = {
  readonly name: string;
  readonly low: number | null;
  readonly middle: number;
  readonly high: number | null;
};

/** Room at both ends, in percent of the width, so that no mark is cut off. */
const MARGIN = 3;

/** Share of the width that a figure on the scale takes; zero is always named, an end only where it has that room. */
const ROOM = 0.3;

const endsOf = (ranges: readonly Range[]): [number, number] => {
  const all = [0, ...ranges.flatMap(({ low, middle, high }) => [low ?? middle, middle, high ?? middle])];
  const [from, to] = [Math.min(...all), Math.max(...all)];
  return from === to ? [from, from + 1] : [from, to];
};

const percent = (share: number): string => `${(MARGIN + (100 - 2 * MARGIN) * share).toFixed(2)}%`;

/**
 * Ranges below each other on one scale that holds zero. Widths are percentages, so that text keeps its size on any screen.
 *
 * @param means what low, middle and high are, for who cannot see it
 */
export const rangeRows = (
  ranges: readonly Range[],
  unit: string,
  means: readonly [string, string, string] = ['low', 'median', 'high'],
): Html => {
  const [from, to] = endsOf(ranges);
  const x = (value: number): string => percent((value - from) / (to - from));
  const rows = ranges.map(({ name, low, middle, high }) => {
    const bar =
      low === null || high === null
        ? html``
        : html`<line class="whisker" x1="${x(low)}" x2="${x(high)}" y1="12" y2="12"/><line class="whisker" x1="${x(low)}" x2="${x(low)}" y1="7" y2="17"/><line class="whisker" x1="${x(high)}" x2="${x(high)}" y1="7" y2="17"/>`;
    const said =
      low === null || high === null ? '' : `, ${means[0]} ${figure(low)}, ${means[2]} ${figure(high)}`;
    return html`<div class="range"><span class="range-name">${breakable(name)}</span><svg class="range-plot" width="100%" height="24" role="img" aria-label="${name}: ${means[1]} ${figure(middle)}${said} ${unit}"><line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="24"/>${bar}<circle class="dot" cx="${x(middle)}" cy="12" r="4.5"/></svg></div>`;
  });
  const tick = (value: number, anchor: string, unit = ''): Html =>
    html`<text x="${x(value)}" y="11" text-anchor="${anchor}">${figure(value)}${unit}</text>`;
  const zero = (0 - from) / (to - from);
  const ticks = [
    ...(zero > ROOM ? [tick(from, 'start')] : []),
    tick(0, zero > ROOM ? 'middle' : 'start'),
    ...(zero < 1 - ROOM ? [tick(to, 'end', ` ${unit}`)] : []),
  ];
  return html`${rows}<div class="range"><span class="range-name"></span><svg class="range-plot ticks" width="100%" height="16" aria-hidden="true">${ticks}</svg></div>`;
};
