import type { Page } from 'playwright-core';

/**
 * What is asked inside of the page, as texts of scripts: they run there, and this project's types know no browser.
 */

/** A canvas with how many of its pixels have each colour of the lines, and which of them should be there. */
export type Drawn = {
  readonly chart: string;
  readonly lane: number;
  readonly expected: readonly string[];
  readonly pixels: Readonly<Record<string, number>>;
};

const DRAWN = `(() => {
  const data = JSON.parse(document.getElementById('chart-data').textContent);
  const style = getComputedStyle(document.documentElement);
  const rgb = (name) => {
    const hex = style.getPropertyValue('--' + name).trim().slice(1);
    return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  };
  const hues = { a: rgb('a'), b: rgb('b'), c: rgb('c') };
  const count = (canvas) => {
    const { data: bytes } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const pixels = { a: 0, b: 0, c: 0 };
    for (let at = 0; at < bytes.length; at += 4) {
      if (bytes[at + 3] < 200) continue;
      for (const [name, colour] of Object.entries(hues)) {
        if (colour.every((value, index) => Math.abs(value - bytes[at + index]) < 16)) pixels[name]++;
      }
    }
    return pixels;
  };
  const has = (values) => values.some((value) => value !== null);
  return Object.entries(data).flatMap(([id, chart]) => {
    const canvases = [...document.getElementById(id).querySelectorAll('canvas')];
    const lanes = chart.kind === 'latency' ? [chart.series] : chart.rows.map(({ series }) => series);
    const shown = chart.shown ?? chart.looks.map(() => true);
    return lanes.map((series, lane) => ({
      chart: id,
      lane,
      expected: [...new Set(chart.looks.flatMap(({ hue }, at) => (shown[at] && has(series[at]) ? [hue] : [])))],
      pixels: canvases[lane] ? count(canvases[lane]) : {},
    }));
  });
})()`;

/** Looks at the pixels of every chart. */
export const drawnCharts = (page: Page): Promise<Drawn[]> => page.evaluate(DRAWN);

/** Width of the whole page against that of the window, and what sticks out. */
export const overflow = (page: Page): Promise<{ width: number; window: number }> =>
  page.evaluate(
    '({ width: document.documentElement.scrollWidth, window: document.documentElement.clientWidth })',
  );

/** Figures behind the cells of the tables whose caption begins so, row by row, as the browser has them. */
export const tableValues = (page: Page, caption: string): Promise<number[][][]> =>
  page.evaluate(`[...document.querySelectorAll('table')]
    .filter((table) => table.caption.textContent.startsWith(${JSON.stringify(caption)}))
    .map((table) => [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll('td data')].map((data) => Number(data.value))))`);

/** Unfolds everything. */
export const unfold = (page: Page): Promise<void> =>
  page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true`);
