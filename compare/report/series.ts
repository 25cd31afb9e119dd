import { type Html, html } from '../../shared/contract/html.ts';
import type { TargetInfo } from '../results/run-record.ts';

/** What a target looks like in every chart: it is told apart by dashes and marks, the colour only repeats it. */
export type Look = {
  readonly name: string;
  /** a: microservices, b: serverless, c: neither. */
  readonly hue: 'a' | 'b' | 'c';
  readonly dash: readonly number[];
  readonly mark: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'plus';
};

/** One fewer than there are marks, so that thirty targets look different. */
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2]] as const;
const MARKS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'plus'] as const;

/** Gives each target its look. */
export const looksOf = (targets: readonly TargetInfo[]): Look[] =>
  targets.map(({ name, style }, index) => ({
    name,
    hue: style === 'microservices' ? 'a' : style === 'serverless' ? 'b' : 'c',
    dash: DASHES[index % DASHES.length] ?? [],
    mark: MARKS[index % MARKS.length] ?? 'circle',
  }));

const markOf = (mark: Look['mark']): Html => {
  switch (mark) {
    case 'circle':
      return html`<circle class="fill" cx="17" cy="7" r="4"/>`;
    case 'square':
      return html`<rect class="fill" x="13.4" y="3.4" width="7.2" height="7.2"/>`;
    case 'triangle':
      return html`<path class="fill" d="M17 2.4 21.6 10.8 12.4 10.8Z"/>`;
    case 'diamond':
      return html`<path class="fill" d="M17 2 22 7 17 12 12 7Z"/>`;
    case 'cross':
      return html`<path class="line" d="M13.5 3.5 20.5 10.5M20.5 3.5 13.5 10.5"/>`;
    case 'plus':
      return html`<path class="line" d="M17 2.5V11.5M12.5 7H21.5"/>`;
  }
};

/** A short piece of a target's line with its mark, for the key of a chart. */
export const swatch = ({ hue, dash, mark }: Look): Html =>
  html`<svg class="swatch hue-${hue}" width="34" height="14" viewBox="0 0 34 14" aria-hidden="true"><path class="line" d="M0 7H34" stroke-dasharray="${dash.join(' ') || 'none'}"/>${markOf(mark)}</svg>`;
