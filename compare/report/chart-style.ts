/** The style of what is drawn. Charts need the script and are not there without it. */
export const chartStyle = `
figure { margin: 1rem 0; min-width: 0; }
figcaption { font-size: .875rem; font-weight: 600; margin-bottom: .3rem; }
.chart { display: none; } .scripted .chart { display: block; }
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; list-style: none; margin: .25rem 0 .6rem; padding: 0; font-size: .8125rem; }
.key li { display: flex; align-items: center; gap: .45rem; overflow-wrap: anywhere; }
.key button { display: flex; align-items: center; gap: .45rem; font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 1rem; padding: .2rem .7rem; cursor: pointer; }
.key button[aria-pressed="false"] { color: var(--soft); border-style: dashed; text-decoration: line-through; }
.key button[aria-pressed="false"] .swatch { opacity: .35; }
.swatch { flex: none; overflow: visible; }
.hue-a { --hue: var(--a); } .hue-b { --hue: var(--b); } .hue-c { --hue: var(--c); }
.swatch .line { fill: none; stroke: var(--hue); stroke-width: 2; } .swatch .fill { fill: var(--hue); }

.plot { position: relative; min-width: 0; }
.lane { margin-top: .35rem; }
.lane-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; font-size: .8125rem; line-height: 1.35; min-height: 1.35em; }
.lane-head b { font-weight: 600; } .lane-head span { color: var(--soft); }
.readout { font-variant-numeric: tabular-nums; color: var(--ink); }
.moment { font-size: .8125rem; color: var(--soft); min-height: 1.4em; }
.uplot, .uplot *, .uplot *::before, .uplot *::after { box-sizing: border-box; }
.uplot { font-family: inherit; }
.u-cursor-x, .u-cursor-y { border-color: var(--soft) !important; }

.ranges { margin: .5rem 0 1rem; max-width: 52rem; }
.range { display: grid; grid-template-columns: minmax(7rem, 13rem) 1fr; gap: .75rem; align-items: center; }
.range-name { font-size: .8125rem; line-height: 1.25; overflow-wrap: break-word; min-width: 0; }
.range-plot { display: block; overflow: visible; }
.range-plot .zero { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 2; }
.range-plot .whisker { stroke: var(--ink); stroke-width: 2; } .range-plot .dot { fill: var(--ink); stroke: var(--ground); stroke-width: 1.5; }
.ticks text { font-size: .71875rem; fill: var(--soft); font-variant-numeric: tabular-nums; }
.narrow .range { grid-template-columns: 5.5rem 1fr; }
.patterns { position: absolute; }
.base { fill: var(--base); } .tint { fill: var(--tint); } .stroke { stroke: var(--base); fill: none; } .part { stroke: var(--ground); stroke-width: 1; }
.swatch .part { stroke: var(--soft); }
.pair, .small-multiples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .5rem 2.5rem; }
.pair figure, .small-multiples figure { margin: .5rem 0; }
.pair .range { grid-template-columns: minmax(6.5rem, 10.5rem) 1fr; }
`;
