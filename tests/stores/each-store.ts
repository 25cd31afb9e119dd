import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { type Implementation, implementations, type Started, type Stores } from './implementations.ts';

/**
 * Runs a suite against every technology. Each test starts with empty stores: `stores()` gives them inside of it.
 *
 * @param what the port under test
 */
export const eachStore = (
  what: string,
  suite: (stores: () => Stores, implementation: Implementation) => void,
): void => {
  describe.each(implementations)(`${what} over $name`, (implementation) => {
    let started: Started | undefined;
    let stores: Stores | undefined;
    beforeAll(async () => {
      started = await implementation.start();
    });
    beforeEach(async () => {
      stores = await started?.open();
    });
    afterAll(() => started?.stop());
    suite(() => {
      if (!stores) throw new Error('the stores are there only inside of a test');
      return stores;
    }, implementation);
  });
};

/** Runs `work` for every worker at once and returns what each got. */
export const race = <T>(workers: number, work: (worker: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));

/** How often each result came up. */
export const tally = (results: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const result of results) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
};
