import uPlot from 'uplot';
import { axis, lineOf, logRange, logSplits, marks, short } from './look.js';

/** Shares of all requests that the axis names, with their places on it. */
const NAMED = [
  [-Math.log10(0.5), '50 %'],
  [1, '90 %'],
  [2, '99 %'],
  [3, '99.9 %'],
  [4, '99.99 %'],
  [5, '99.999 %'],
];

/** A place on the axis as a percentile, with as many digits as it needs. */
const percentile = (x) => `${Number((100 * (1 - 10 ** -x)).toFixed(Math.max(0, Math.ceil(x) - 1)))} %`;

/** Points at the beginning that may lie below the chart: the quickest tenth of all requests. */
const FIRST = 2;

const milliseconds = (value) => (value >= 1_000 ? `${short(value / 1_000)} s` : `${short(value)} ms`);

/** Draws latency by percentile, and says the values under the cursor below the chart. */
export const drawLatency = (place, { looks, x, series }) => {
  const plot = place.querySelector('.plot');
  const moment = document.createElement('p');
  moment.className = 'moment';
  moment.setAttribute('aria-live', 'polite');
  const say = (at) => {
    moment.textContent =
      at === null || at === undefined
        ? ''
        : `At ${percentile(x[at])}: ${looks.map(({ name }, index) => `${name} ${series[index][at] === null ? '–' : milliseconds(series[index][at])}`).join(', ')}`;
  };
  // The few quickest requests would take half of the chart for themselves.
  const range = logRange(series.map((values) => values.slice(FIRST)));
  const chart = new uPlot(
    {
      width: plot.clientWidth,
      height: 320,
      legend: { show: false },
      padding: [8, 26, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: false, range: [0, x.at(-1)] }, y: { distr: 3, range } },
      series: [{}, ...looks.map((look) => lineOf(look))],
      axes: [
        axis({
          splits: () => NAMED.map(([at]) => at).filter((at) => at <= x.at(-1) + 1e-6),
          values: (_u, splits) => splits.map((split) => NAMED.find(([at]) => at === split)?.[1] ?? ''),
          size: 30,
          space: 10,
        }),
        axis({
          splits: logSplits([1, 2, 5]),
          values: (_u, splits) => splits.map(milliseconds),
          filter: (_u, splits) => splits,
          size: 58,
        }),
      ],
      hooks: { draw: [marks(looks, 4, 72)], setCursor: [(u) => say(u.cursor.idx)] },
    },
    [x, ...series],
    plot,
  );
  plot.after(moment);
  return [chart];
};
