import type { ReportData } from '../../results/report-data.ts';
import { heading, type Section } from '../blocks.ts';
import type { Charts } from '../charts.ts';
import { effectBlocks } from './effects.ts';
import { latencyBlocks } from './latency.ts';
import { operationBlocks } from './operations.ts';
import { resourceBlocks } from './resources.ts';
import { settleBlocks } from './settle.ts';
import { comparisonBlocks, summaryBlocks } from './summary.ts';
import { timelineBlocks } from './timeline.ts';

/** Everything about one shape of traffic, with the charts that its drawings ask for. */
export const shapeSection = (
  data: ReportData,
  shape: string,
  number: number,
): { section: Section; charts: Charts } => {
  const latency = latencyBlocks(data, shape, `latency-${number}`);
  const timeline = timelineBlocks(data, shape, `timeline-${number}`);
  return {
    charts: { ...latency.charts, ...timeline.charts },
    section: {
      id: `shape-${number}`,
      title: `Shape: ${shape}`,
      blocks: [
        heading('Figures'),
        ...summaryBlocks(data, shape),
        ...comparisonBlocks(data, shape),
        ...latency.blocks,
        ...operationBlocks(data, shape),
        ...timeline.blocks,
        ...settleBlocks(data, shape),
        ...resourceBlocks(data, shape),
        ...effectBlocks(data, shape),
      ],
    },
  };
};
