import uPlot from 'uplot';
import { element, makeKeys, makeToggles } from './controls.js';
import { axis, colour, lineOf, logRange, logSplits, marks, short } from './look.js';

const AXIS_WIDTH = 46;
const HEIGHT = 74;
const WITH_SECONDS = 24;

/** Shades the seconds of the warm-up. */
const shadeWarmUp = (u) => {
  if (u.data[0][0] >= 0) return;
  const { left, top, height } = u.bbox;
  u.ctx.save();
  u.ctx.fillStyle = colour('--sunk')();
  u.ctx.fillRect(left, top, u.valToPos(0, 'x', true) - left, height);
  u.ctx.restore();
};

const rangeOf = ({ scale }, series) => {
  if (scale === 'log') return logRange(series);
  const top = Math.max(1, ...series.flat().filter((value) => value !== null));
  return [0, top * 1.12];
};

/** How finely a logarithmic axis is named: there is room for four names or so. */
const stepsOf = ({ series }) => {
  const [from, to] = logRange(series);
  const decades = Math.log10(to / from);
  if (decades < 0.8) return [1, 2, 5];
  return decades < 2 ? [1, 3] : [1];
};

const valuesOf = (row) =>
  row.scale === 'log'
    ? {
        splits: logSplits(stepsOf(row)),
        values: (_u, splits) => splits.map(short),
        filter: (_u, splits) => splits,
      }
    : {
        space: 24,
        values: (_u, splits) => splits.map((split) => (Number.isInteger(split) ? short(split) : '')),
      };

const draw = (plot, { looks, x, shown }, row, isLast, sync) =>
  new uPlot(
    {
      width: plot.clientWidth,
      height: isLast ? HEIGHT + WITH_SECONDS : HEIGHT,
      padding: [6, 16, isLast ? 0 : 6, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        sync: { key: sync, setSeries: false },
        points: { size: 7 },
      },
      scales: {
        x: { time: false, range: [x[0], x.at(-1) + 1] },
        y: { distr: row.scale === 'log' ? 3 : 1, range: rangeOf(row, row.series) },
      },
      series: [
        {},
        ...looks.map((look, index) =>
          lineOf(look, {
            show: shown[index],
            paths: row.stepped ? uPlot.paths.stepped({ align: 1 }) : undefined,
            spanGaps: false,
          }),
        ),
      ],
      axes: [
        axis({
          show: true,
          size: isLast ? 30 : 0,
          values: (_u, splits) => splits.map((split) => (isLast ? `${split} s` : '')),
          ticks: { show: isLast },
        }),
        axis({ size: AXIS_WIDTH, ...valuesOf(row) }),
      ],
      hooks: { drawClear: [shadeWarmUp], draw: [marks(looks, 3, 120)] },
    },
    [x, ...row.series],
    plot,
  );

/** Draws small charts below each other over one axis of seconds; the cursor is in all of them. */
export const drawTimeline = (place, chart) => {
  const plot = place.querySelector('.plot');
  const moment = element(
    'p',
    'moment',
    'Point at a second, or move with the arrow keys, to read its values.',
  );
  plot.before(moment);
  const { looks, x, rows, shown } = chart;
  const readouts = [];
  const charts = rows.map((row, index) => {
    const lane = element('div', 'lane');
    const head = element('div', 'lane-head');
    const title = element('div', '');
    const untold = looks.filter((_, at) => row.series[at].every((value) => value === null));
    title.append(
      element('b', '', row.title),
      ' ',
      element('span', '', `${row.unit}${row.scale === 'log' ? ', logarithmic' : ''}`),
    );
    const readout = element('div', 'readout');
    head.append(title, readout);
    lane.append(head);
    plot.append(lane);
    readouts.push(readout);
    if (untold.length > 0)
      title.append(element('span', '', `; not told by ${untold.map(({ name }) => name).join(', ')}`));
    return draw(lane, chart, row, index === rows.length - 1, place.id);
  });
  charts[0].hooks.setCursor = [
    (u) => {
      const at = u.cursor.idx;
      const known = at !== null && at !== undefined;
      moment.textContent = known ? `Second ${x[at]}${x[at] < 0 ? ', in the warm-up' : ''}` : '';
      for (const [index, row] of rows.entries()) {
        readouts[index].textContent = known
          ? looks
              .flatMap(({ name }, line) => (shown[line] ? [`${name} ${short(row.series[line][at])}`] : []))
              .join(' · ')
          : '';
      }
    },
  ];
  makeToggles(place, chart, charts);
  makeKeys(plot, chart, charts);
  return charts;
};
