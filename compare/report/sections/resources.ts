import { html } from '../../../shared/contract/html.ts';
import type { ReportData } from '../../results/report-data.ts';
import type { Component, ComponentUse } from '../../results/run-record.ts';
import { type Block, type Cell, fold, heading, table, text, words } from '../blocks.ts';
import { figureCell } from '../format.ts';
import { median, targetsOf, validRuns } from '../select.ts';
import { type Bar, stackedBars } from '../svg-bars.ts';
import { COMPONENT_WORDS } from '../words.ts';

type Key = 'cpuSecondsPer1000' | 'gbSecondsPer1000';
const COMPONENTS = Object.keys(COMPONENT_WORDS) as Component[];

const partsOf = (uses: readonly (readonly ComponentUse[])[], key: Key): (readonly [Component, number])[] =>
  COMPONENTS.flatMap((component) => {
    const middle = median(
      uses.flatMap((use) => use.filter((one) => one.component === component).map((one) => one[key])),
    );
    return middle === undefined ? [] : [[component, middle] as const];
  });

const tableOf = (bars: readonly Bar[], caption: string): Block => {
  const used = COMPONENTS.filter((component) =>
    bars.some(({ parts }) => parts.some(([name]) => name === component)),
  );
  return table({
    caption,
    columns: ['Target', ...used.map((component) => COMPONENT_WORDS[component])],
    rows: bars.map(({ name, parts }): Cell[] => {
      const by = new Map(parts);
      return [words(name), ...used.map((component) => figureCell(by.get(component)))];
    }),
  });
};

/** CPU and memory per thousand requests by component: the medians of the valid runs in which they were measured. */
export const resourceBlocks = (data: ReportData, shape: string): Block[] => {
  const uses = targetsOf(data).flatMap(({ name }) => {
    const measured = validRuns(data, shape, name).flatMap((run) =>
      run.measured ? [run.measured.components] : [],
    );
    return measured.length > 0 ? [{ name, measured }] : [];
  });
  if (uses.length === 0) return [];
  const barsOf = (key: Key): Bar[] =>
    uses.map(({ name, measured }) => ({ name, parts: partsOf(measured, key) }));
  const [cpu, memory] = [barsOf('cpuSecondsPer1000'), barsOf('gbSecondsPer1000')];
  return [
    heading('CPU and memory for a thousand requests'),
    text(
      'Medians of the valid runs, by what used them. The generator is shown, and is no part of what is compared.',
    ),
    {
      kind: 'drawing',
      html: html`<div class="pair"><figure><figcaption>CPU, seconds</figcaption>${stackedBars(cpu, 's')}</figure><figure><figcaption>Memory, gigabytes times seconds</figcaption>${stackedBars(memory, 'GB s')}</figure></div>`,
    },
    fold('The same in figures', [
      tableOf(cpu, 'CPU seconds for a thousand requests'),
      tableOf(memory, 'GB-seconds of resident memory for a thousand requests'),
    ]),
  ];
};
