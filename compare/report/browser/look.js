/** How lines look: read from the page's style whenever they are drawn, so that they follow the dark and the paper. */

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour of the page by its variable, e.g. `--ink`. */
export const colour = (name) => () => style(name);

/** The font of a chart's figures. */
export const font = () => `11px ${getComputedStyle(document.body).fontFamily}`;

/** A number of a chart in few characters, e.g. `1.2k`. */
export const short = (value) => {
  if (value === null || value === undefined) return '–';
  if (Math.abs(value) >= 10_000) return `${Math.round(value / 1_000)}k`;
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-GB');
  return value.toFixed(value >= 10 ? 1 : 2);
};

const SHAPES = {
  circle: (p, x, y, r) => p.arc(x, y, r, 0, 2 * Math.PI),
  square: (p, x, y, r) => p.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8),
  triangle: (p, x, y, r) =>
    polygon(p, [x, y - r * 1.2], [x + r * 1.15, y + r * 0.9], [x - r * 1.15, y + r * 0.9]),
  diamond: (p, x, y, r) => polygon(p, [x, y - r * 1.3], [x + r * 1.3, y], [x, y + r * 1.3], [x - r * 1.3, y]),
  cross: (p, x, y, r) => strokes(p, [x - r, y - r, x + r, y + r], [x + r, y - r, x - r, y + r]),
  plus: (p, x, y, r) => strokes(p, [x, y - r * 1.2, x, y + r * 1.2], [x - r * 1.2, y, x + r * 1.2, y]),
};

const polygon = (path, [x, y], ...others) => {
  path.moveTo(x, y);
  for (const [toX, toY] of others) path.lineTo(toX, toY);
  path.closePath();
};

const strokes = (path, ...lines) => {
  for (const [fromX, fromY, toX, toY] of lines) {
    path.moveTo(fromX, fromY);
    path.lineTo(toX, toY);
  }
};

const drawMark = (u, { mark, hue }, at, value, size) => {
  const ratio = devicePixelRatio;
  const path = new Path2D();
  SHAPES[mark](path, u.valToPos(u.data[0][at], 'x', true), u.valToPos(value, 'y', true), size * ratio);
  u.ctx.lineWidth = 1.5 * ratio;
  if (mark === 'cross' || mark === 'plus') {
    u.ctx.strokeStyle = style(`--${hue}`);
    u.ctx.stroke(path);
    return;
  }
  u.ctx.fillStyle = style(`--${hue}`);
  u.ctx.strokeStyle = style('--ground');
  u.ctx.stroke(path);
  u.ctx.fill(path);
};

/** A hook of uPlot that marks each visible line here and there, every line elsewhere than the others. Sizes in px. */
export const marks = (looks, size, every) => (u) => {
  u.ctx.save();
  const width = u.bbox.width / devicePixelRatio;
  const step = Math.max(1, Math.round((u.data[0].length * every) / width));
  for (const [index, look] of looks.entries()) {
    if (!u.series[index + 1].show) continue;
    const values = u.data[index + 1];
    const first = Math.round((step * (index + 0.5)) / looks.length);
    for (let at = first; at < values.length; at += step) {
      if (values[at] !== null) drawMark(u, look, at, values[at], size);
    }
  }
  u.ctx.restore();
};

/** A line of a chart. */
export const lineOf = ({ name, dash, hue }, options = {}) => ({
  label: name,
  stroke: colour(`--${hue}`),
  width: 1.75,
  dash,
  points: { show: false },
  ...options,
});

/** Splits of a logarithmic axis at 1, 2 and 5, or at 1 alone where there is room for few. */
export const logSplits = (steps) => (_u, _axis, from, to) => {
  const splits = [];
  for (let decade = Math.floor(Math.log10(from)); decade <= Math.ceil(Math.log10(to)); decade++) {
    for (const step of steps) {
      const value = Number((step * 10 ** decade).toPrecision(6));
      if (value >= from && value <= to) splits.push(value);
    }
  }
  return splits;
};

/** The range of a logarithmic axis that holds all values of these lists, with some room. */
export const logRange = (lists) => {
  const all = lists.flat().filter((value) => value !== null && value > 0);
  return all.length === 0 ? [1, 10] : [Math.min(...all) / 1.25, Math.max(...all) * 1.25];
};

/** Lines of the grid and ticks that stay in the background. */
export const axis = (options) => ({
  stroke: colour('--soft'),
  font: font(),
  ticks: { stroke: colour('--line'), width: 1, size: 4 },
  grid: { stroke: colour('--line'), width: 1 },
  ...options,
});
