import { type Html, html } from '../../shared/contract/html.ts';
import { type Look, swatch } from './series.ts';

/** A small chart of the timeline. */
export type TimelineRow = {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly scale: 'linear' | 'log';
  /** Counts hold for their whole second; times are joined by lines. */
  readonly stepped: boolean;
  /** A list of values a target, each a value a second; null where there is none. */
  readonly series: readonly (readonly (number | null)[])[];
};

/** What the page's script draws. */
export type Chart =
  | {
      readonly kind: 'latency';
      readonly looks: readonly Look[];
      /** Places on the axis x = -log10(1 - p). */
      readonly x: readonly number[];
      readonly series: readonly (readonly (number | null)[])[];
    }
  | {
      readonly kind: 'timeline';
      readonly looks: readonly Look[];
      /** Which targets are shown at first. */
      readonly shown: readonly boolean[];
      /** Seconds; those below 0 are the warm-up. */
      readonly x: readonly number[];
      readonly rows: readonly TimelineRow[];
    };

/** Charts by the id of their element. */
export type Charts = Readonly<Record<string, Chart>>;

/** The key of a chart: a swatch and a name for each target. */
export const keyOf = (looks: readonly Look[]): Html =>
  html`<ul class="key">${looks.map((look) => html`<li>${swatch(look)} ${look.name}</li>`)}</ul>`;

/** The place of a chart, which the script fills. Its figures are in the table that follows. */
export const chartPlace = (id: string, label: string, looks: readonly Look[]): Html =>
  html`<figure class="chart" id="${id}" role="group" aria-label="${label}">${keyOf(looks)}<div class="plot"></div></figure>`;
