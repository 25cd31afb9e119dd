import { roll } from '../../../local/containers/roll.ts';
import { settledOrders } from '../../faults/accounts-of-stock.ts';
import { until } from '../../support/until.ts';
import type { SharedStack } from '../support/shared-stack.ts';
import { type ContainerEnd, watchEnds } from './container-ends.ts';
import { type Failure, type LoadResult, startLoad } from './open-loop.ts';
import type { Operator, Service } from './operator.ts';
import { makeShopShots, type ShopShots } from './shop-shots.ts';
import { type Summary, summaryOf } from './summary.ts';

/** What was seen while a service was rolled, several times over. */
export type Rolling = Summary & {
  readonly service: Service;
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

/** Rolls a service so many times, one after the other, each time under a load of its own from a new customer. */
export const rollOften = async (
  stack: SharedStack,
  operator: Operator,
  service: Service,
  rolls: number,
): Promise<Rolling> => {
  const results: LoadResult[] = [];
  const { ends, close } = await watchEnds(stack.project);
  let lost = 0;
  try {
    for (let number = 0; number < rolls; number += 1) {
      const shots = await makeShopShots(operator.shop, { withAuth: service === 'auth' });
      results.push(...(await underLoad(stack.url, shots, () => roll(operator.deps, service))));
      lost += await lostOf(operator, shots);
    }
  } finally {
    close();
  }
  return {
    service,
    rolls,
    ...summaryOf(results),
    failures: results.flatMap(({ failures }) => failures),
    ends: ends.filter((end) => end.service === service),
    lost,
  };
};

const COLUMNS = [
  'service',
  'rolls',
  'requests',
  'failed',
  'p50 ms',
  'p99 ms',
  'worst ms',
  'longest drain',
] as const;

/** What was seen, as a table. */
export const tableOf = (rollings: readonly Rolling[]): string => {
  const rows = rollings.map(({ service, rolls, sent, failed, p50, p99, worst, ends }) => {
    const drain = Math.max(...ends.map(({ drainMs }) => drainMs ?? Number.NaN));
    return [service, rolls, sent, failed, p50, p99, worst, `${(drain / 1000).toFixed(1)} s`].map(String);
  });
  const widths = COLUMNS.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  return [COLUMNS, ...rows].map(line).join('\n');
};
