import { type Evidence, foundOf, type Rule } from './evidence.ts';
import type { Prepared } from './job.ts';
import type { LedgerOrder } from './ledger.ts';
import { PLENTY } from './mix.ts';
import type { Line } from './plan-sessions.ts';

/** Lines as one text, in any order the same. */
const linesText = (lines: readonly { readonly productId: string; readonly quantity: number }[]): string =>
  lines
    .map(({ productId, quantity }) => `${productId}:${quantity}`)
    .sort()
    .join();

const sentText = ({ products }: Prepared, lines: readonly Line[]): string =>
  linesText(lines.map(({ product, quantity }) => ({ productId: products[product]?.id ?? '', quantity })));

/** Every accepted order is there, in its customer's list, settled and with its lines. */
export const noLostOrder = (evidence: Evidence): Rule => {
  const { ledger, prepared } = evidence;
  const found = new Map(foundOf(evidence).map((order) => [order.id, order]));
  const owners = new Map(
    [...evidence.listed].flatMap(([customer, orders]) => orders.map(({ id }) => [id, customer] as const)),
  );
  const faults = ledger.orders.flatMap(({ id, customer, lines }) => {
    const order = found.get(id);
    if (!order) return [`order ${id} was accepted and is not there`];
    if (owners.get(id) !== customer) return [`order ${id} is not in its customer's list`];
    if (order.state === 'PENDING') return [`order ${id} is still PENDING`];
    if (linesText(order.lines) !== sentText(prepared, lines))
      return [`order ${id} has other lines than sent`];
    return [];
  });
  const count = (state: string): string =>
    `${ledger.orders.filter(({ id }) => found.get(id)?.state === state).length} ${state.toLowerCase()}`;
  const states = ['CONFIRMED', 'REJECTED', 'CANCELLED'].map(count).join(', ');
  const holds = `All ${ledger.orders.length} accepted orders are there and settled: ${states}.`;
  return { name: 'no lost order', holds, faults };
};

/** What occurs more than once. */
const repeated = (ids: readonly string[]): readonly string[] => {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
};

/** A key has one order, and no order is there that nobody sent. */
export const noDoubleOrder = ({ ledger, prepared, listed }: Evidence): Rule => {
  const accepted = new Set(ledger.orders.map(({ id }) => id));
  // An order that got no answer may be there, once.
  const unknown = ledger.unknownOrders.map(
    ({ customer, lines }) => `${customer} ${sentText(prepared, lines)}`,
  );
  const surplus = [...listed].flatMap(([customer, orders]) => {
    const twice = repeated(orders.map(({ id }) => id)).map((id) => `order ${id} is listed twice`);
    const strange = orders.filter(({ id, lines }) => {
      if (accepted.has(id)) return false;
      const at = unknown.indexOf(`${customer} ${linesText(lines)}`);
      if (at >= 0) unknown.splice(at, 1);
      return at < 0;
    });
    return [...twice, ...strange.map(({ id }) => `order ${id} is there and was never accepted`)];
  });
  const repeats = ledger.repeats
    .filter(({ first, second }) => first !== second)
    .map(({ first, second }) => `order ${first} was sent again with its key and became order ${second}`);
  const once = repeated(ledger.orders.map(({ id }) => id)).map(
    (id) => `order ${id} was given to two requests with keys of their own`,
  );
  const holds = `Each key has one order: ${ledger.repeats.length} were sent again, and ${ledger.unknownOrders.length} had no answer.`;
  return { name: 'no double order', holds, faults: [...surplus, ...repeats, ...once] };
};

const cancelFault = ({ id, cancelled }: LedgerOrder, state: string | undefined): readonly string[] => {
  if (cancelled === 'yes' && state !== undefined && state !== 'CANCELLED')
    return [`order ${id} was cancelled and is ${state}`];
  if (cancelled === 'no' && state === 'CANCELLED')
    return [`order ${id} is CANCELLED, and nobody asked for it`];
  return [];
};

/** What was cancelled stays so, and nothing else is cancelled. */
export const cancellationsKept = (evidence: Evidence): Rule => {
  const states = new Map(foundOf(evidence).map(({ id, state }) => [id, state]));
  const { orders } = evidence.ledger;
  const faults = orders.flatMap((order) => cancelFault(order, states.get(order.id)));
  const holds = `${orders.filter(({ cancelled }) => cancelled === 'yes').length} orders were cancelled, and no other is.`;
  return { name: 'cancellations kept', holds, faults };
};

/** An order is rejected only when one of its products is scarce. */
export const rejectionsJustified = (evidence: Evidence): Rule => {
  const scarce = new Set(
    evidence.prepared.products.filter(({ onHand, held }) => onHand - held < PLENTY / 4).map(({ id }) => id),
  );
  const rejected = foundOf(evidence).filter(({ state }) => state === 'REJECTED');
  const faults = rejected.flatMap(({ id, reason, lines }) => {
    if (reason !== 'out-of-stock') return [`order ${id} was rejected for ${reason}`];
    return lines.some(({ productId }) => scarce.has(productId))
      ? []
      : [`order ${id} was rejected, and there was plenty of all that it asked for`];
  });
  const holds = `Each of the ${rejected.length} rejected orders asked for a scarce product.`;
  return { name: 'rejections justified', holds, faults };
};
