import { roll } from '../../../local/containers/roll.ts';
import { settledOrders } from '../../faults/accounts-of-stock.ts';
import { until } from '../../support/until.ts';
import type { SharedStack } from '../support/shared-stack.ts';
import { type ContainerEnd, watchEnds } from './container-ends.ts';
import { type Failure, type LoadResult, startLoad } from './open-loop.ts';
import type { Operator, Service } from './operator.ts';
import { makeShopShots, type ShopShots } from './shop-shots.ts';
import { type Summary, summaryOf } from './summary.ts';

/** What was seen while services were rolled, several times over. */
export type Rolling = Summary & {
  readonly services: readonly Service[];
  readonly rolls: number;
  readonly failures: readonly Failure[];
  readonly ends: readonly ContainerEnd[];
  /** Orders that were answered 202 and cannot be found, or are not CONFIRMED in the end. */
  readonly lost: number;
};

/** Requests a second during a roll, half of them over connections that are kept. */
const PER_SECOND = 50;

/** Longest time for one roll, in ms; the load ends then. */
const ROLL_MS = 150_000;

/** Requests before the first replica goes and after the last has come. */
const AROUND = 25;

/** Sends the load of shots while something is done, and for a moment before and after. */
export const underLoad = async (
  origin: string,
  { shot }: Pick<ShopShots, 'shot'>,
  work: () => Promise<unknown>,
): Promise<readonly LoadResult[]> => {
  const loads = [true, false].map((keepAlive) =>
    startLoad({ origin, perSecond: PER_SECOND / 2, longestMs: ROLL_MS, keepAlive, shot }),
  );
  const answered = (): number => loads.reduce((sum, load) => sum + load.answered(), 0);
  const more = async (): Promise<unknown> => {
    const enough = answered() + AROUND;
    return until('the load', async () => (answered() >= enough ? true : undefined));
  };
  try {
    await more();
    await work();
    await more();
  } finally {
    // Also when the work fails nothing may go on.
    await Promise.all(loads.map(({ stop }) => stop()));
  }
  return Promise.all(loads.map(({ stop }) => stop()));
};

const lostOf = async ({ shop }: Operator, { customer, placed }: ShopShots): Promise<number> => {
  const found = await settledOrders(shop, [customer], 30_000);
  const confirmed = new Set(found.filter(({ state }) => state === 'CONFIRMED').map(({ id }) => id));
  return placed.filter((id) => !confirmed.has(id)).length;
};

/**
 * Rolls services so many times, all of them at the same time, and each time under a load of its own from a new customer.
 */
export const rollOften = async (
  stack: SharedStack,
  operator: Operator,
  services: readonly Service[],
  rolls: number,
): Promise<Rolling> => {
  const results: LoadResult[] = [];
  const { ends, close } = await watchEnds(stack.project);
  let lost = 0;
  try {
    for (let number = 0; number < rolls; number += 1) {
      const shots = await makeShopShots(operator.shop, { withAuth: services.includes('auth') });
      const rollAll = async (): Promise<void> => {
        const done = await Promise.allSettled(services.map((service) => roll(operator.deps, service)));
        // One that fails waits for the others: nothing may go on behind the back of what comes next.
        for (const one of done) if (one.status === 'rejected') throw one.reason;
      };
      results.push(...(await underLoad(stack.url, shots, rollAll)));
      lost += await lostOf(operator, shots);
    }
  } finally {
    close();
  }
  return {
    services,
    rolls,
    ...summaryOf(results),
    failures: results.flatMap(({ failures }) => failures),
    ends: ends.filter((end) => services.some((service) => service === end.service)),
    lost,
  };
};

/** What was seen, as a table of two lines. */
export const tableOf = ({ services, rolls, sent, failed, p50, p99, worst, ends }: Rolling): string => {
  const drain = Math.max(...ends.map(({ drainMs }) => drainMs ?? Number.NaN));
  const cells: readonly (readonly [string, string])[] = [
    ['rolled', services.join(', ')],
    ['times', String(rolls)],
    ['requests', String(sent)],
    ['failed', String(failed)],
    ['p50 ms', String(p50)],
    ['p99 ms', String(p99)],
    ['worst ms', String(worst)],
    ['longest drain', `${(drain / 1000).toFixed(1)} s`],
  ];
  const widths = cells.map((pair) => Math.max(...pair.map((cell) => cell.length)));
  const line = (index: 0 | 1): string =>
    cells.map((pair, column) => pair[index].padStart(widths[column] ?? 0)).join('  ');
  return `${line(0)}\n${line(1)}`;
};
