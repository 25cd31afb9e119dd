import { drawLatency } from './latency.js';
import { drawTimeline } from './timeline.js';

const DRAW = { latency: drawLatency, timeline: drawTimeline };

/** Width of a chart on paper, px. */
const PAPER = 660;

const root = document.documentElement;
root.classList.add('scripted');
const data = JSON.parse(document.getElementById('chart-data').textContent);
const drawn = Object.entries(data).map(([id, chart]) => {
  const place = document.getElementById(id);
  const charts = DRAW[chart.kind](place, chart);
  const plot = place.querySelector('.plot');
  const resize = (width) => {
    for (const one of charts) if (one.width !== width) one.setSize({ width, height: one.height });
  };
  new ResizeObserver(() => {
    if (!root.classList.contains('printing')) resize(plot.clientWidth);
  }).observe(plot);
  return { charts, plot, resize };
});
const redraw = () => {
  for (const { charts } of drawn) for (const chart of charts) chart.redraw(false);
};
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

addEventListener('beforeprint', () => {
  root.classList.add('printing');
  for (const details of document.querySelectorAll('details:not([open])')) {
    details.open = true;
    details.dataset.folded = '';
  }
  for (const { resize } of drawn) resize(PAPER);
  redraw();
});
addEventListener('afterprint', () => {
  root.classList.remove('printing');
  for (const details of document.querySelectorAll('details[data-folded]')) {
    details.open = false;
    delete details.dataset.folded;
  }
  for (const { resize, plot } of drawn) resize(plot.clientWidth);
  redraw();
});
