import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Side, UsageError } from './options.ts';
import { openDataRoot } from './targets/data-root.ts';
import { startLocal } from './targets/start-local.ts';

/** Stacks that were started for a comparison: their data directory, which `stop` removes. */
export type Started = { readonly data: string; readonly stop: () => Promise<void> };

/**
 * Starts stacks on temporary data, with an empty catalogue: so the first time that a step runs is the first time after the start.
 *
 * @throws UsageError with what the start said
 */
export const startStacks = async (sides: readonly Side[], say: (text: string) => void): Promise<Started> => {
  say(`Nothing runs here: starting ${sides.join(' and ')} on temporary data.`);
  const root = await openDataRoot(say);
  const data = join(root.path, 'data');
  mkdirSync(data);
  try {
    const { stop } = await startLocal(sides, data);
    return {
      data,
      stop: async () => {
        await stop();
        await root.close();
      },
    };
  } catch (error) {
    await root.close();
    throw new UsageError((error as Error).message);
  }
};
