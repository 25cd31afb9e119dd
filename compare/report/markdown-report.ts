import type { ReportData } from '../results/report-data.ts';
import type { Block, Cell, Section, Table } from './blocks.ts';
import { makeReport } from './report.ts';
import { trustOf } from './sections/headline.ts';

/** Text in Markdown: on one line, and nothing in it is markup. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>|#~&!]/g, (character) => `\\${character}`)
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])(?= |$)/, '$1\\$2');

const cellOf = ({ text, note, bad = false }: Cell): string => {
  const main = bad ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text);
  return note === undefined ? main : `${main} (${escapeMarkdown(note)})`;
};

const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const tableOf = ({ caption, columns, rows, words = [] }: Table): string =>
  [
    `*${escapeMarkdown(caption)}*`,
    '',
    rowOf(columns.map(escapeMarkdown)),
    rowOf(columns.map((_, index) => (index === 0 || words.includes(index) ? '---' : '---:'))),
    ...rows.map((cells) => rowOf(cells.map(cellOf))),
  ].join('\n');

/** A fence that is longer than any in the text. */
const fenced = (text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
};

const blockOf = (block: Block): string[] => {
  switch (block.kind) {
    case 'heading':
      return [`### ${escapeMarkdown(block.text)}`];
    case 'text':
      return [escapeMarkdown(block.text)];
    case 'list':
      return [block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n')];
    case 'facts':
      return [
        block.facts
          .map(([name, value]) => `- **${escapeMarkdown(name)}**: ${escapeMarkdown(value)}`)
          .join('\n'),
      ];
    case 'code':
      return [fenced(block.text)];
    case 'columns':
      return block.columns.flat().flatMap(blockOf);
    case 'table':
      return [tableOf(block.table)];
    case 'drawing':
      return [];
    case 'fold':
      return [
        `<details><summary>${block.summary.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\s+/g, ' ')}</summary>`,
        ...block.blocks.flatMap(blockOf),
        '</details>',
      ];
  }
};

const sectionOf = ({ title, blocks }: Section): string =>
  [`## ${escapeMarkdown(title)}`, ...blocks.flatMap(blockOf)].join('\n\n');

/** The report as Markdown: every table of the page, and nothing that is drawn. */
export const loadReportMarkdown = (data: ReportData): string => {
  const { title, sections } = makeReport(data);
  return `# ${escapeMarkdown(title)}\n\n${escapeMarkdown(`Load test of ${data.at}. ${trustOf(data)}`)}\n\n${sections.map(sectionOf).join('\n\n')}\n`;
};
