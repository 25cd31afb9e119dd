import type { Count, ReportData } from '../../results/report-data.ts';
import { type Section, text, words } from '../blocks.ts';
import { figureCell } from '../format.ts';

/** What was counted in the code: a table a group. */
export const countsSection = ({ counts }: ReportData): Section => {
  const groups = Map.groupBy(counts, ({ group }) => group);
  const row = ({ name, unit, shared, microservices, serverless, how }: Count) => [
    { text: name, note: unit },
    ...[microservices, serverless, shared].map(figureCell),
    words(how),
  ];
  return {
    id: 'counts',
    title: 'Counted in the code',
    blocks:
      groups.size === 0
        ? [text('Nothing was counted.')]
        : [...groups].map(([group, list]) => ({
            kind: 'table',
            table: {
              caption: group,
              columns: ['', 'microservices', 'serverless', 'shared', 'How'],
              words: [4],
              rows: list.map(row),
            },
          })),
  };
};
