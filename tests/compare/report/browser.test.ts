import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadReportPage } from '../../../compare/report/html-report.ts';
import { targetsOf } from '../../../compare/report/select.ts';
import { METRIC_NAMES } from '../../../compare/report/words.ts';
import { chromiumPath, mustHaveChromium, startChromium } from './support/chromium.ts';
import { fullFixture, smallestFixture, urlFixture } from './support/fixtures.ts';
import { drawnCharts, overflow, tableValues, unfold } from './support/in-page.ts';

const SHOTS = fileURLToPath(new URL('../../../.build/report', import.meta.url));
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };
/** A latency chart and the seven of a timeline for each shape. */
const CHARTS_A_SHAPE = 8;
const isMissing = chromiumPath() === undefined;
if (isMissing && !mustHaveChromium()) {
  console.warn(
    'The report is not looked at: no Chromium is here. Name one in the environment variable CHROMIUM.',
  );
}

describe.skipIf(isMissing && !mustHaveChromium())('the page of a report in a browser', () => {
  const dir = mkdtempSync(join(tmpdir(), 'duet-page-'));
  const data = {
    full: fullFixture(),
    spike: fullFixture(['spike']),
    smallest: smallestFixture(),
    url: urlFixture(),
  };
  let browser: Browser;
  beforeAll(async () => {
    for (const [name, report] of Object.entries(data))
      writeFileSync(join(dir, `${name}.html`), loadReportPage(report));
    mkdirSync(SHOTS, { recursive: true });
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  type Opened = { readonly page: Page; readonly complaints: string[]; readonly requests: string[] };

  /** Opens a report; whatever it asks for beside itself is refused and remembered. */
  const open = async (name: keyof typeof data, options: BrowserContextOptions): Promise<Opened> => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const [complaints, requests]: [string[], string[]] = [[], []];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    const own = pathToFileURL(join(dir, `${name}.html`)).href;
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (url === own) return route.continue();
      requests.push(url);
      return route.abort();
    });
    await page.goto(own);
    return { page, complaints, requests };
  };

  for (const [size, name] of [
    ['phone', 'full'],
    ['desktop', 'spike'],
  ] as const) {
    it(`When it is opened on a ${size}, then it complains of nothing, asks nobody, and draws every line`, async () => {
      const { page, complaints, requests } = await open(name, { viewport: SIZES[size] });
      const drawn = await drawnCharts(page);
      const shapes = new Set(data[name].runs.map(({ shape }) => shape)).size;
      expect(drawn).toHaveLength(CHARTS_A_SHAPE * shapes);
      const missing = drawn.flatMap(({ chart, lane, expected, pixels }) =>
        expected.filter((hue) => (pixels[hue] ?? 0) < 40).map((hue) => `${chart} ${lane} ${hue}`),
      );
      expect(missing).toEqual([]);
      // Both hues in each, but for cold starts and throttles, which the microservices do not tell.
      expect(drawn.flatMap(({ expected }) => expected)).toHaveLength((2 * CHARTS_A_SHAPE - 2) * shapes);
      await page.screenshot({ path: join(SHOTS, `${size}.png`) });
      await page.locator('#timeline-1').screenshot({ path: join(SHOTS, `${size}-timeline.png`) });
      expect([complaints, requests]).toEqual([[], []]);
      await page.context().close();
    });
  }

  it('When tables are read in the browser, then their figures are those of the JSON', async () => {
    const { page } = await open('full', { viewport: SIZES.phone });
    const { full } = data;
    const order = targetsOf(full).map(({ name }) => name);
    const expected = ['steady', 'spike', 'on-off'].map((shape) => {
      const summaries = order.map((name) =>
        full.summaries.find((one) => one.shape === shape && one.target === name),
      );
      const rows = METRIC_NAMES.map((metric) => summaries.map((summary) => summary?.metrics[metric]?.median));
      return [...rows, summaries.map((summary) => (summary ? summary.runs : undefined))];
    });
    expect(await tableValues(page, 'Medians of the valid runs')).toEqual(expected);
    await page.context().close();
  });

  it('When a screen is 360 px wide, then nothing sticks out of it, folded or unfolded', async () => {
    for (const name of ['spike', 'smallest', 'url'] as const) {
      const { page, complaints } = await open(name, { viewport: { width: 360, height: 740 } });
      expect(await overflow(page)).toEqual({ width: 360, window: 360 });
      await unfold(page);
      expect(await overflow(page)).toEqual({ width: 360, window: 360 });
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it('When the arrow keys move along a timeline, then every chart of it says its values', async () => {
    const { page } = await open('spike', { viewport: SIZES.desktop });
    const timeline = page.locator('#timeline-1');
    await timeline.locator('.plot').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    const run = data.spike.runs.find(({ load }) => load)?.load?.seconds.length ?? 0;
    await expect.poll(() => timeline.locator('.moment').textContent()).toBe(`Second ${run - 5 - 2}`);
    const readouts = await timeline.locator('.readout').allTextContents();
    expect(readouts).toHaveLength(7);
    expect(
      readouts.filter((text) => !/^microservices\/postgres \S+ · serverless\/dynamodb \S+$/.test(text)),
    ).toEqual([]);
    await page.context().close();
  });

  it('When a target is switched on, then its line is drawn in every chart of the timeline', async () => {
    const { page } = await open('spike', { viewport: SIZES.desktop });
    const timeline = page.locator('#timeline-1');
    const button = timeline.getByRole('button', { name: 'microservices/dynamodb' });
    const blue = async () =>
      (await drawnCharts(page))
        .filter(({ chart }) => chart === 'timeline-1')
        .map(({ pixels }) => pixels['a'] ?? 0);
    const before = await blue();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(async () => (await blue())[4]).toBeGreaterThan((before[4] ?? 0) * 1.3);
    await page.context().close();
  });

  it('When the window changes its width, then charts follow', async () => {
    const { page } = await open('spike', { viewport: SIZES.desktop });
    await page.setViewportSize(SIZES.phone);
    const widths = () =>
      page.evaluate<number[]>(`[...document.querySelectorAll('.uplot')].map((chart) => chart.offsetWidth)`);
    await expect.poll(async () => Math.max(...(await widths()))).toBeLessThanOrEqual(390 - 32);
    expect(Math.min(...(await widths()))).toBeGreaterThan(300);
    await page.context().close();
  });

  it('When it is printed from a dark screen, then it is unfolded and light, and folded again afterwards', async () => {
    const { page } = await open('spike', { viewport: SIZES.desktop, colorScheme: 'dark' });
    const state = () =>
      page.evaluate(
        `[getComputedStyle(document.body).backgroundColor, document.querySelectorAll('details:not([open])').length]`,
      );
    const before = await state();
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await state()).toEqual(['rgb(252, 251, 249)', 0]);
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await state()).toEqual(before);
    expect(before).not.toEqual(['rgb(252, 251, 249)', 0]);
    await page.context().close();
  });

  it('When scripts are off, then the tables are there and say why nothing is drawn', async () => {
    const { page, complaints } = await open('spike', { viewport: SIZES.phone, javaScriptEnabled: false });
    expect(await page.getByText('The charts need JavaScript').isVisible()).toBe(true);
    expect(await page.locator('#shape-1 table').first().isVisible()).toBe(true);
    expect(await page.locator('.chart').first().isVisible()).toBe(false);
    await page.locator('#shape-1 summary').first().click();
    expect(await page.locator('#shape-1 details table').first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('When a script that is not its own is put into it, then the browser does not run it', async () => {
    const { page, complaints } = await open('smallest', { viewport: SIZES.phone });
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' }))`,
    );
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(complaints.join()).toContain('Content Security Policy');
    await page.context().close();
  });
});
