import { join } from 'node:path';
import { ReportData } from '../results/report-data.ts';
import { loadReportPage } from './html-report.ts';
import { loadReportMarkdown } from './markdown-report.ts';
import { writeWholeFolder } from './whole-folder.ts';

/** Where a report lies. */
export type WrittenReport = {
  readonly folder: string;
  readonly html: string;
  readonly json: string;
  readonly markdown: string;
};

/** `2026-03-14T10:12:00.000Z` as a name: `load-2026-03-14T10-12-00Z`. */
const nameOf = (at: string): string => `load-${at.replace(/\.\d+/, '').replaceAll(/[^\dA-Za-z-]/g, '-')}`;

/**
 * Writes a report: a folder `load-<time>` of its own with `compare.html`, `compare.json` and `compare.md`. All three
 * appear in one step; a process that is killed meanwhile leaves nothing that looks like a report.
 *
 * @param dir where the reports lie; made when it is not there
 * @throws ZodError when the data is not what a report is, before anything is written
 */
export const writeReport = (dir: string, data: ReportData): WrittenReport => {
  const checked = ReportData.parse(data);
  const folder = writeWholeFolder(dir, nameOf(checked.at), {
    'compare.html': loadReportPage(checked),
    'compare.json': `${JSON.stringify(checked, null, 1)}\n`,
    'compare.md': loadReportMarkdown(checked),
  });
  const [html, json, markdown] = ['html', 'json', 'md'].map((kind) => join(folder, `compare.${kind}`)) as [
    string,
    string,
    string,
  ];
  return { folder, html, json, markdown };
};
