import type { ReportData } from '../../results/report-data.ts';
import { heading, type Section, text } from '../blocks.ts';

/** The machine, the versions, and the command that makes such a report. */
export const manifestSection = ({ manifest, command, at }: ReportData): Section => ({
  id: 'manifest',
  title: 'Made with',
  blocks: [
    text(
      `Made at ${at}. The same command and seed plan the same traffic again; the figures are this machine's.`,
    ),
    { kind: 'code', text: command },
    heading('Host and versions'),
    { kind: 'facts', facts: Object.entries(manifest) },
  ],
});
