import type { ReportData } from '../results/report-data.ts';
import type { Section } from './blocks.ts';
import type { Charts } from './charts.ts';
import { countsSection } from './sections/counts.ts';
import { gatesSection } from './sections/gates.ts';
import { headlineSection, titleOf } from './sections/headline.ts';
import { manifestSection } from './sections/manifest.ts';
import { shapeSection } from './sections/shape.ts';
import { shapesOf } from './select.ts';

/** A report before it is put in HTML or Markdown. */
export type Report = {
  readonly title: string;
  readonly sections: readonly Section[];
  readonly charts: Charts;
};

/** Writes a report: its sections in the order in which a reader needs them. */
export const makeReport = (data: ReportData): Report => {
  const shapes = shapesOf(data).map((shape, index) => shapeSection(data, shape, index + 1));
  return {
    title: titleOf(data),
    charts: Object.assign({}, ...shapes.map(({ charts }) => charts)) as Charts,
    sections: [
      headlineSection(data),
      ...shapes.map(({ section }) => section),
      gatesSection(data),
      countsSection(data),
      manifestSection(data),
    ],
  };
};
