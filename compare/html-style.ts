/** The style of the report: readable on a phone, on paper, in the dark and without colour. */
export const reportStyle = `
:root { --ground: #fcfbf9; --raised: #fff; --ink: #1f1d24; --soft: #5c5866; --line: #ddd8ce; --left: #2f5d8a; --right: #9a5b00;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media (prefers-color-scheme: dark) { :root { --ground: #16151a; --raised: #1e1c23; --ink: #eceaf1; --soft: #a5a0b1;
  --line: #37343f; --left: #8fbdec; --right: #f0b45c; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 2rem; line-height: 1.15; margin: 0 0 .5rem; letter-spacing: -.02em; }
h2 { font-size: 1.25rem; margin: 0; }
h3 { font-size: .8125rem; margin: 1rem 0 .35rem; text-transform: uppercase; letter-spacing: .05em; color: var(--soft); }
p { margin: .4rem 0; max-width: 46rem; }
h3.path { text-transform: none; letter-spacing: 0; font-family: var(--mono); color: var(--ink); }
.soft { color: var(--soft); }
.verdict { font-size: 1.125rem; font-weight: 600; border: 2px solid currentColor; border-radius: .4rem; padding: .6rem .9rem; margin: 1rem 0; }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.5rem; }
.head { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; }
.mark { font-weight: 700; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; } td:nth-child(2) { white-space: nowrap; }
thead th { font-size: .8125rem; color: var(--soft); font-weight: 600; }
td a { color: inherit; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: .75rem; }
@media (max-width: 48rem) { .pair { grid-template-columns: minmax(0, 1fr); } h1 { font-size: 1.5rem; } th, td { padding: .3rem .25rem; font-size: .8125rem; } thead th { font-size: .6875rem; } td:nth-child(2) span { display: none; } thead th:nth-child(2) { width: 3rem; } }
pre { font: .8125rem/1.45 var(--mono); background: var(--raised); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem; margin: 0;
  overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
pre.left { border-left: 4px solid var(--left); } pre.right { border-left: 4px double var(--right); }
figure { margin: .5rem 0; min-width: 0; } figcaption { font-size: .8125rem; color: var(--soft); margin-bottom: .2rem; overflow-wrap: anywhere; }
figcaption b { color: var(--ink); }
details { margin-top: .75rem; } summary { cursor: pointer; font-weight: 600; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--left); outline-offset: 2px; }
.different { border: 2px dashed currentColor; border-radius: .4rem; padding: .5rem .9rem; margin-top: .75rem; }
@media print { body { background: #fff; color: #000; } main { max-width: none; padding: 0; } section { break-inside: auto; }
  h2, h3, figcaption { break-after: avoid; } pre { font-size: 7.5pt; background: #fff; } summary { list-style: none; } }
`;
