import type { RunRecord } from '../results/run-record.ts';
import { isValid } from './metrics.ts';
import type { PlannedRun } from './plan.ts';

/** In how many blocks every target of a shape has a run that counts. */
const completeBlocks = (
  records: readonly RunRecord[],
  runs: readonly PlannedRun[],
  shape: string,
): number => {
  const targets = new Set(runs.filter((run) => run.shape === shape).map(({ target }) => target.name));
  const valid = records.filter((record) => record.shape === shape && isValid(record));
  const blocks = Map.groupBy(valid, ({ block }) => block);
  return [...blocks.values()].filter((own) => own.length === targets.size).length;
};

/**
 * Whether a spare run has to be made: blocks after the wanted ones replace those in which a run was refused. What decides is how
 * the machine was, never what a target came to, so figures are not chosen by what they show.
 *
 * @param wanted how many blocks shall be complete
 */
export const isNeeded = (
  run: PlannedRun,
  wanted: number,
  records: readonly RunRecord[],
  runs: readonly PlannedRun[],
): boolean => {
  if (run.block <= wanted) return true;
  const before = records.filter(({ block }) => block < run.block);
  return completeBlocks(before, runs, run.shape) < wanted;
};
