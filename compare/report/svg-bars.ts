import { type Html, html } from '../../shared/contract/html.ts';
import type { Component } from '../results/run-record.ts';
import { breakable } from './breakable.ts';
import { figure } from './format.ts';
import { COMPONENT_WORDS } from './words.ts';

/** A bar of parts, one after the other. */
export type Bar = { readonly name: string; readonly parts: readonly (readonly [Component, number])[] };

/** The patterns that tell the components apart without colour. Once a page. */
export const barPatterns: Html = html`<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>
<pattern id="fill-service" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="base" width="8" height="8"/></pattern>
<pattern id="fill-gateway" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="tint" width="7" height="7"/><rect class="base" width="3" height="7"/></pattern>
<pattern id="fill-store" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="tint" width="7" height="7"/><circle class="base" cx="3.5" cy="3.5" r="1.7"/></pattern>
<pattern id="fill-other" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="tint" width="7" height="7"/><path class="stroke" d="M0 3.5H7M3.5 0V7"/></pattern>
<pattern id="fill-generator" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="tint" width="8" height="8"/></pattern>
</defs></svg>`;

const box = (component: Component): Html =>
  html`<svg class="swatch" width="22" height="14" aria-hidden="true"><rect class="part" x="0.5" y="0.5" width="21" height="13" fill="url(#fill-${component})"/></svg>`;

const barOf = ({ name, parts }: Bar, longest: number, unit: string): Html => {
  let at = 0;
  const rects = parts.map(([component, value]) => {
    const [x, width] = [(100 * at) / longest, (100 * value) / longest];
    at += value;
    return html`<rect class="part" x="${x.toFixed(2)}%" width="${width.toFixed(2)}%" y="2" height="20" fill="url(#fill-${component})"/>`;
  });
  const said = parts.map(([component, value]) => `${COMPONENT_WORDS[component]} ${figure(value)}`).join(', ');
  return html`<div class="range"><span class="range-name">${breakable(name)}</span><svg class="range-plot" width="100%" height="24" role="img" aria-label="${name}: ${said} ${unit}">${rects}</svg></div>`;
};

/** Stacked bars on one scale from zero, with their key. */
export const stackedBars = (bars: readonly Bar[], unit: string): Html => {
  const sums = bars.map(({ parts }) => parts.reduce((sum, [, value]) => sum + value, 0));
  const longest = Math.max(...sums) || 1;
  const used = [...new Set(bars.flatMap(({ parts }) => parts.map(([component]) => component)))];
  return html`<div class="ranges"><ul class="key">${used.map((component) => html`<li>${box(component)} ${COMPONENT_WORDS[component]}</li>`)}</ul>${bars.map((bar) => barOf(bar, longest, unit))}<div class="range"><span class="range-name"></span><svg class="range-plot ticks" width="100%" height="16" aria-hidden="true"><text x="0" y="11">0</text><text x="100%" y="11" text-anchor="end">${figure(longest)} ${unit}</text></svg></div></div>`;
};
