import type { Count, ReportData } from '../../results/report-data.ts';
import { type Block, type Section, text, words } from '../blocks.ts';
import { figureCell } from '../format.ts';

const tableOf = (group: string, counts: readonly Count[]): Block => {
  const hows = new Set(counts.map(({ how }) => how));
  const [only = ''] = hows;
  const isOne = hows.size === 1;
  return {
    kind: 'table',
    table: {
      caption: isOne ? `${group}: ${only}` : group,
      columns: [group, 'microservices', 'serverless', 'shared', ...(isOne ? [] : ['How'])],
      words: [4],
      rows: counts.map(({ name, unit, shared, microservices, serverless, how }) => [
        isOne ? words(name) : { text: name, note: unit },
        ...[microservices, serverless, shared].map(figureCell),
        ...(isOne ? [] : [words(how)]),
      ]),
    },
  };
};

/** What was counted in the code: a table a group. */
export const countsSection = ({ counts }: ReportData): Section => {
  const groups = Map.groupBy(counts, ({ group }) => group);
  return {
    id: 'counts',
    title: 'Counted in the code',
    blocks:
      groups.size === 0
        ? [text('Nothing was counted.')]
        : [...groups].map(([group, list]) => tableOf(group, list)),
  };
};
