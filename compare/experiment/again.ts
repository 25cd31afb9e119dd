import type { RunRecord } from '../results/run-record.ts';
import type { PlannedRun } from './plan.ts';

/** The gates that judge the machine and the generator, and not what a target did. */
const OF_THE_MACHINE: readonly string[] = ['send-lag', 'generator-cpu', 'host-steal', 'host-others', 'clock'];

const AGAIN = '-again';

/**
 * The same run once more, in its block and with its traffic, when the machine spoiled it and nothing else is wrong with it; undefined when not, or
 * when it was made again already. A run that a target failed is never repeated: that would choose figures by what they show.
 */
export const againOf = (run: PlannedRun, { broken, gates }: RunRecord): PlannedRun | undefined => {
  const failed = gates.filter(({ ok }) => !ok);
  const isSpoiled = failed.length > 0 && failed.every(({ name }) => OF_THE_MACHINE.includes(name));
  if (!isSpoiled || broken !== null || run.id.endsWith(AGAIN)) return undefined;
  return { ...run, id: `${run.id}${AGAIN}` };
};
