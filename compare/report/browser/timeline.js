import uPlot from 'uplot';
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

const decades = ({ series }) => {
  const [from, to] = logRange(series);
  return Math.log10(to / from);
};

const valuesOf = (row) =>
  row.scale === 'log'
    ? {
        splits: logSplits(decades(row) < 1.5 ? [1, 2, 5] : [1]),
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

const element = (tag, className, text = '') =>
  Object.assign(document.createElement(tag), { className, textContent: text });

/** The targets of the key become buttons that show and hide their lines. */
const makeToggles = (place, { looks, shown }, charts) => {
  for (const [index, item] of [...place.querySelectorAll('.key li')].entries()) {
    const button = element('button', '');
    button.type = 'button';
    button.append(...item.childNodes);
    button.setAttribute('aria-pressed', String(shown[index]));
    button.addEventListener('click', () => {
      shown[index] = !shown[index];
      button.setAttribute('aria-pressed', String(shown[index]));
      for (const chart of charts) chart.setSeries(index + 1, { show: shown[index] });
    });
    item.append(button);
  }
  return looks;
};

/** Arrow keys move the cursor of all charts of the stack. */
const makeKeys = (plot, { x }, charts) => {
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -x.length, End: x.length };
  plot.tabIndex = 0;
  plot.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const [first] = charts;
    const at = Math.min(x.length - 1, Math.max(0, (first.cursor.idx ?? -1) + step));
    const left = first.valToPos(x[at], 'x');
    first.setCursor({ left, top: 1 });
  });
};

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
