import type { Route } from '../shared/contract/route.ts';
import { type CompareOptions, SIDES, type Side, UsageError } from './options.ts';
import { readRunning } from './running.ts';
import { startStacks } from './start-stacks.ts';
import { makeLocalAdministrator, namedAdministrator } from './targets/administrators.ts';
import type { Account } from './targets/target.ts';

/** One side of the comparison. */
export type Stack = {
  readonly side: Side;
  /** What is known of how it runs, e.g. `postgres`. */
  readonly about: string;
  readonly baseUrlOf: (route: Route) => string;
  readonly administrator: Account;
};

/** The stacks to compare, and what stops those that were started for it. */
export type Found = {
  /** Data directory of the stacks that were started for it. */
  readonly data: string | undefined;
  readonly stacks: readonly [Stack, Stack];
  readonly stop: () => Promise<void>;
};

/**
 * Finds both stacks: at the URLs that were given, else where `npm start` runs them, else by starting them on temporary data.
 *
 * @throws UsageError when one is missing and cannot be started
 */
export const findStacks = async (options: CompareOptions, say: (text: string) => void): Promise<Found> => {
  const needed = SIDES.filter((side) => options.urls[side] === undefined);
  const here = needed.length > 0 ? readRunning(options.data) : undefined;
  const runsHere = here !== undefined && needed.every((side) => here.stacks[side]);
  const started = needed.length > 0 && !runsHere ? await startStacks(needed, say) : undefined;
  const data = started?.data ?? options.data;
  const running = started ? readRunning(data) : here;

  const find = async (side: Side): Promise<Stack> => {
    const url = options.urls[side];
    if (url !== undefined) {
      return { side, about: `at ${url}`, baseUrlOf: () => url, administrator: namedAdministrator(side) };
    }
    const stack = running?.stacks[side];
    if (!stack) throw new UsageError(`The ${side} do not run.`);
    const { auth, inventory, orders } = stack.urls;
    const urls = { auth, inventory, images: inventory, orders };
    return {
      side,
      about: `on ${stack.store}, ${started ? 'started for this comparison' : 'running already'}`,
      baseUrlOf: ({ context }) => urls[context],
      administrator: await makeLocalAdministrator(side, data),
    };
  };
  const stop = async (): Promise<void> => started?.stop();
  try {
    return { data: started?.data, stacks: [await find(SIDES[0]), await find(SIDES[1])], stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
