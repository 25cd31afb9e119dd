import type { Invariant } from '../results/run-record.ts';
import type { Prepared } from './job.ts';
import type { Ledger } from './ledger.ts';
import type { FoundOrder, FoundProduct } from './read-shop.ts';

/** What was done to a shop, and what was found there afterwards. */
export type Evidence = {
  readonly prepared: Prepared;
  readonly ledger: Ledger;
  /** The orders that a customer of the ledger has, since the run began; by the customer's place there. */
  readonly listed: ReadonlyMap<number, readonly FoundOrder[]>;
  /** Accepted orders that no list names, by id; undefined: the shop does not know them. */
  readonly unlisted: ReadonlyMap<string, FoundOrder | undefined>;
  /** The catalogue by rank; undefined: gone. */
  readonly products: readonly (FoundProduct | undefined)[];
  /** States of photos by id. */
  readonly photos: ReadonlyMap<string, string>;
};

/** One rule: its name, what to say when it holds, and what was found against it. */
export type Rule = { readonly name: string; readonly holds: string; readonly faults: readonly string[] };

/** How many faults are told; the rest is counted. */
const TOLD = 3;

/** A rule as it is written down. */
export const invariantOf = ({ name, holds, faults }: Rule): Invariant => {
  const rest = faults.length > TOLD ? `; and ${faults.length - TOLD} more` : '';
  const says = faults.length === 0 ? holds : `${faults.slice(0, TOLD).join('; ')}${rest}`;
  return { name, ok: faults.length === 0, says };
};

/** Every order that was found, each once. */
export const foundOf = ({
  listed,
  unlisted,
}: Pick<Evidence, 'listed' | 'unlisted'>): readonly FoundOrder[] => {
  const all = [...listed.values()]
    .flat()
    .concat([...unlisted.values()].filter((order) => order !== undefined));
  return [...new Map(all.map((order) => [order.id, order])).values()];
};

/** Units in confirmed orders by product id. */
export const confirmedUnits = (orders: readonly FoundOrder[]): ReadonlyMap<string, number> => {
  const units = new Map<string, number>();
  for (const { productId, quantity } of orders
    .filter(({ state }) => state === 'CONFIRMED')
    .flatMap(({ lines }) => lines)) {
    units.set(productId, (units.get(productId) ?? 0) + quantity);
  }
  return units;
};
