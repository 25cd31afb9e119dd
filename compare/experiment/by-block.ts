import type { Metric } from '../results/report-data.ts';
import type { RunRecord } from '../results/run-record.ts';
import { metricsOf, type RunMetrics } from './metrics.ts';

/** A metric of some targets in the same block, in the order in which they were asked for. */
export type Row = readonly number[];

/** What valid runs came to, by shape, target and block. */
export type Blocks = {
  /** The metric of all these targets in each block in which every one of them has it: only neighbours in time are compared. */
  readonly rows: (shape: string, metric: Metric, targets: readonly string[]) => readonly Row[];
};

/** Sorts runs into their blocks. A block in which a run was refused is left out of what needs that run. */
export const makeBlocks = (runs: readonly RunRecord[]): Blocks => {
  const keyOf = (shape: string, target: string, block: number): string =>
    JSON.stringify([shape, target, block]);
  const metrics = new Map<string, RunMetrics>(
    runs.map((run) => [keyOf(run.shape, run.target.name, run.block), metricsOf(run)]),
  );
  const blocks = [...new Set(runs.map(({ block }) => block))].sort((a, b) => a - b);
  return {
    rows: (shape, metric, targets) =>
      blocks.flatMap((block) => {
        const row = targets.flatMap((target) => metrics.get(keyOf(shape, target, block))?.[metric] ?? []);
        return row.length === targets.length ? [row] : [];
      }),
  };
};
