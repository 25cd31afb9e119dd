import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chartStyle } from './chart-style.ts';

/** uPlot's own style, from the package that is installed. */
const uplotStyle = (): string =>
  readFileSync(createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'), 'utf8');

const LIGHT = `--ground: #fcfbf9; --raised: #fff; --sunk: #f4f1eb; --ink: #1f1d24; --soft: #5c5866; --line: #e0dbd1;
  --a: #1f5a96; --b: #a65300; --c: #5d3f8f; --bad: #a3211f; --tint: #dcd6ca; --base: #5c5866;`;
const DARK = `--ground: #16151a; --raised: #1e1c23; --sunk: #100f13; --ink: #eceaf1; --soft: #a9a4b5; --line: #35323d;
  --a: #8fbdec; --b: #f0b45c; --c: #c3a8f2; --bad: #ff9a8f; --tint: #3d3946; --base: #a9a4b5;`;

const PAGE = `
:root { ${LIGHT} color-scheme: light;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media screen and (prefers-color-scheme: dark) { :root:not(.printing) { ${DARK} color-scheme: dark; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 3.5rem; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main, header, nav ul { max-width: 72rem; margin: 0 auto; padding-inline: 1.25rem; }
header { padding-top: 2.75rem; padding-bottom: 1.25rem; }
main { padding-bottom: 5rem; }
.kicker { margin: 0 0 .5rem; font-size: .8125rem; letter-spacing: .08em; text-transform: uppercase; color: var(--soft); }
h1 { font-size: clamp(1.75rem, 5vw, 2.75rem); line-height: 1.12; letter-spacing: -.022em; margin: 0; max-width: 22em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 1.625rem; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h3 { font-size: 1.0625rem; line-height: 1.3; margin: 2.5rem 0 .4rem; }
h2 + h3 { margin-top: 1rem; }
p { margin: .4rem 0 .9rem; max-width: 44rem; overflow-wrap: anywhere; }
section { border-top: 1px solid var(--line); padding-top: 2rem; margin-top: 3.5rem; }
main > .unscripted { margin: 1.5rem 0 0; } .scripted .unscripted { display: none; }
.unscripted + section { border: 0; margin-top: 0; padding-top: 2rem; }
section > p { color: var(--soft); }
#conclusions > p:first-of-type { font-size: 1.125rem; color: var(--ink); }
#conclusions h2 { position: absolute; left: -100rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 3; background: var(--raised); padding: .5rem 1rem; }
nav { position: sticky; top: 0; z-index: 2; background: var(--ground); border-block: 1px solid var(--line); }
nav ul { display: flex; gap: 1.4rem; list-style: none; overflow-x: auto; padding-block: .6rem; font-size: .875rem; white-space: nowrap; scrollbar-width: none; }
nav a { color: var(--soft); text-decoration: none; } nav a:hover { color: var(--ink); text-decoration: underline; }
:focus-visible { outline: 2px solid var(--a); outline-offset: 2px; border-radius: .2rem; }

.said { list-style: none; margin: .5rem 0 1rem; padding: 0; max-width: 46rem; }
.said li { position: relative; padding-left: 1.75rem; margin: .5rem 0; overflow-wrap: anywhere; }
.said li::before { position: absolute; left: .1rem; content: "\\2022"; color: var(--soft); font-weight: 700; }
.said.yes li::before { content: "\\2713" / "supported:"; color: var(--a); }
.said.no li::before { content: "\\2717" / "not:"; color: var(--bad); }
dl { margin: .5rem 0 1rem; max-width: 52rem; }
dl div { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: .1rem 1rem; padding: .35rem 0; border-top: 1px solid var(--line); }
dl div:first-child { border-top: 0; }
dt { color: var(--soft); overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; }
pre { font: .875rem/1.5 var(--mono); background: var(--sunk); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin: .75rem 0; } summary { cursor: pointer; font-weight: 600; font-size: .9375rem; padding: .3rem 0; overflow-wrap: anywhere; }
details details { margin: 0 0 0 1rem; } details details summary { font-weight: 400; }

.scroll { overflow-x: auto; margin: .75rem 0 1.5rem; }
table { border-collapse: collapse; min-width: min(100%, 42rem); font-size: .9375rem; font-variant-numeric: tabular-nums lining-nums; }
caption { text-align: left; font-size: .8125rem; color: var(--soft); padding-bottom: .4rem; }
caption span { display: block; position: sticky; left: 0; width: max-content; max-width: calc(100vw - 2.5rem); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 0 3rem; } .columns h3 { margin-top: 1.25rem; }
#gates table { font-size: .8125rem; } #counts table { font-size: .875rem; } #gates td:not(:last-child), #gates thead th:not(:first-child, :last-child) { padding-inline: .4rem; } #gates th, #gates td, #counts th, #counts td { padding-block: .32rem; } #gates tbody th { min-width: 6rem; }
th, td { text-align: left; padding: .5rem .75rem; vertical-align: baseline; border-top: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
thead th, thead td { border-top: 0; border-bottom: 1.5px solid var(--ink); font-size: .8125rem; line-height: 1.3; vertical-align: bottom; font-weight: 600; }
tbody th { font-weight: 500; min-width: 7.5rem; }
tbody tr:first-child > * { border-top: 0; }
.figures { text-align: right; }
small { display: block; font-size: .78125rem; font-weight: 400; color: var(--soft); }
td.figures small { white-space: nowrap; }
.bad { color: var(--bad); font-weight: 700; }
#gates td { white-space: nowrap; } #gates details td { white-space: normal; }
#counts td.words { min-width: 16rem; font-size: .8125rem; color: var(--soft); }
#counts th:first-child { width: 14rem; } #counts td.figures { white-space: nowrap; }
`;

const NARROW = `
@media (max-width: 44rem) {
  main, header, nav ul { padding-inline: 1rem; } header { padding-top: 1.75rem; }
  th, td { padding: .45rem .4rem; font-size: .875rem; } thead th { font-size: .75rem; }
  tbody th { min-width: 6.5rem; } small { font-size: .71875rem; }
  .scroll[tabindex] th:first-child { position: sticky; left: 0; background: var(--ground); z-index: 1; padding-right: .6rem; }
  dl div { grid-template-columns: 1fr; }
  #counts td.words { min-width: 13rem; }
}
@media print {
  @page { margin: 14mm; }
  body { font-size: 9.5pt; background: #fff; } nav, .skip, .readout { display: none; } header { padding-top: 0; }
  main, header { max-width: none; padding-inline: 0; } .scroll { overflow: visible; }
  table { font-size: 8pt; } thead th { font-size: 7.5pt; } th, td { padding: .2rem .35rem; white-space: normal !important; } tr, figure, .lane { break-inside: avoid; }
  .wide table, #gates .wide table { font-size: 5pt; min-width: 0; } .wide thead th { font-size: 4.5pt; } .wide :is(th, td) { padding: .1rem .1rem !important; min-width: 0 !important; } .wide thead th { overflow-wrap: anywhere; }
  h2, h3, caption { break-after: avoid; } thead { display: table-header-group; } section { margin-top: 1.5rem; }
  small { font-size: 7pt; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** The style of the page: readable on a phone, on paper, in the dark and without colour. */
export const pageStyle = (): string => `${uplotStyle()}${PAGE}${chartStyle}${NARROW}`;
