import { createHash } from 'node:crypto';
import { type Html, html } from '../../shared/contract/html.ts';
import type { ReportData } from '../results/report-data.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { sectionHtml } from './render-html.ts';
import { makeReport } from './report.ts';
import { barPatterns } from './svg-bars.ts';

/** JSON for a `<script>` element: nothing in it can end the element, open a comment, or end a line of a script. */
export const embeddedJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Text of this project's own making, which goes into an element as it is. */
const own = (markup: string): Html => ({ markup });

/**
 * The report as one page that needs nothing else: no host is asked for anything, and its policy would forbid it. Only
 * the script and the style of the page itself run, by their hashes.
 */
export const loadReportPage = (data: ReportData): string => {
  const { title, sections, charts } = makeReport(data);
  const [style, script] = [pageStyle(), pageScript()];
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,"><title>${title}</title><style>${own(style)}</style></head><body>
<a class="skip" href="#conclusions">To the conclusions</a>
<header><p class="kicker">Load test, ${data.at.slice(0, 10)}</p><h1>${title}</h1></header>
<nav aria-label="Sections"><ul>${sections.map((section) => html`<li><a href="#${section.id}">${section.title}</a></li>`)}</ul></nav>
${barPatterns}
<main><p class="unscripted">The charts need JavaScript. The tables hold the same figures.</p>${sections.map(sectionHtml)}</main>
<script id="chart-data" type="application/json">${own(embeddedJson(charts))}</script>
<script>${own(script)}</script></body></html>
`;
  return page.markup;
};
