import { confirmedUnits, type Evidence, foundOf, type Rule } from './evidence.ts';

const nameOf = (rank: number): string => `product ${rank + 1}`;

/** No product has more units sold, or held, than there are on hand. */
export const noOversell = (evidence: Evidence): Rule => {
  const units = confirmedUnits(foundOf(evidence));
  const faults = evidence.prepared.products.flatMap(({ id, held: before }, rank) => {
    const stock = evidence.products[rank]?.stock;
    if (!stock) return [`${nameOf(rank)} is gone`];
    const sold = before + (units.get(id) ?? 0);
    if (sold > stock.onHand) return [`${nameOf(rank)}: ${sold} units sold of ${stock.onHand}`];
    if (stock.held > stock.onHand || stock.available !== stock.onHand - stock.held)
      return [`${nameOf(rank)}: ${stock.held} held and ${stock.available} available of ${stock.onHand}`];
    return [];
  });
  return { name: 'no oversell', holds: 'No product has more units sold than there were.', faults };
};

/** Units that are held are those of confirmed orders, no more and no less: what was cancelled or rejected went back. */
export const stockConserved = (evidence: Evidence): Rule => {
  const units = confirmedUnits(foundOf(evidence));
  const faults = evidence.prepared.products.flatMap(({ id, held: before }, rank) => {
    const held = evidence.products[rank]?.stock.held;
    const should = before + (units.get(id) ?? 0);
    return held === should
      ? []
      : [`${nameOf(rank)} has ${held ?? 'no'} units held, and ${should} are in confirmed orders`];
  });
  const sold = [...units.values()].reduce((sum, count) => sum + count, 0);
  const holds = `The units that are held are those of confirmed orders: ${sold} of this run.`;
  return { name: 'stock conserved', holds, faults };
};

/** Each change of stock that was answered was made, once; the last one counts. */
export const stockEditsKept = ({ ledger, prepared, products }: Evidence): Rule => {
  const faults = prepared.products.flatMap((before, rank) => {
    const found = products[rank];
    if (!found) return [];
    const edits = ledger.edits.filter(({ product }) => product === rank);
    const answered = edits.filter(({ version }) => version !== null);
    const unknown = edits.filter(({ version }) => version === null);
    const last = answered.reduce<{ onHand: number; version: number | null }>(
      (newest, edit) => ((edit.version ?? 0) > (newest.version ?? 0) ? edit : newest),
      before,
    );
    const mayBe = new Set([last.onHand, ...unknown.map(({ onHand }) => onHand)]);
    const made = found.version - before.version;
    if (made < answered.length || made > edits.length)
      return [`${nameOf(rank)} was changed ${made} times, and ${answered.length} changes were answered`];
    return mayBe.has(found.stock.onHand)
      ? []
      : [`${nameOf(rank)} has ${found.stock.onHand} units on hand, and was last set to ${last.onHand}`];
  });
  const holds = `${ledger.edits.length} changes of stock are there, each made once on what it had seen.`;
  return { name: 'stock edits kept', holds, faults };
};

/** Every photo whose bytes were taken is READY. */
export const photosReady = ({ ledger, photos }: Evidence): Rule => {
  const faults = ledger.photos
    .filter(({ id }) => photos.get(id) !== 'READY')
    .map(({ id }) => `photo ${id} was taken and is ${photos.get(id) ?? 'not there'}`);
  return { name: 'photos ready', holds: `All ${ledger.photos.length} uploaded photos are READY.`, faults };
};
