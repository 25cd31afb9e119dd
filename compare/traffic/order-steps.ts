import type { Answered } from '../generator/types.ts';
import { tokenFor } from './account-steps.ts';
import type { LedgerOrder } from './ledger.ts';
import type { PlannedStep } from './plan-sessions.ts';
import { poll } from './poll.ts';
import {
  bearer,
  type Given,
  type PlacedOrder,
  type Run,
  readJson,
  sendAfter,
  type TakeStep,
  type Visit,
} from './visit.ts';

const bodyOf = ({ prepared }: Run['job'], { lines }: PlannedStep): string =>
  JSON.stringify({
    lines: lines.map(({ product, quantity }) => ({ productId: prepared.products[product]?.id, quantity })),
  });

const idOf = (answer: Answered): string | undefined => {
  const body = readJson(answer) as { id?: unknown };
  return typeof body.id === 'string' ? body.id : undefined;
};

/** It may have been done nevertheless: no answer, or one that something before the shop may have given. */
const isUnknown = ({ status }: Answered): boolean => status === undefined || status >= 500;

const SETTLED: readonly unknown[] = ['CONFIRMED', 'REJECTED', 'CANCELLED'];

const isSettled = (answer: Answered): boolean =>
  SETTLED.includes((readJson(answer) as { state?: unknown }).state);

/** Looks at an order until it is settled, and tells the engine how long that took from its 202 on. */
const followOrder = async (
  run: Run,
  token: string,
  id: string,
  placedAt: number,
  firstLook: number,
): Promise<void> => {
  const url = `${run.job.urls.orders}/orders/${id}`;
  const headers = bearer(token);
  const settledAt = await poll(
    run,
    placedAt,
    firstLook,
    () => ({ operation: 'poll-order', url, headers }),
    isSettled,
  );
  run.engine.settled(placedAt, settledAt === undefined ? undefined : settledAt - placedAt);
};

const orderRequest = (run: Run, token: string, key: string, body: string) =>
  ({
    method: 'POST',
    url: `${run.job.urls.orders}/orders`,
    headers: { ...bearer(token, true), 'idempotency-key': key },
    body,
    expected: [202],
  }) as const;

const place = async (run: Run, visit: Visit, step: PlannedStep): Promise<Given<PlacedOrder> | undefined> => {
  const { job, ledger } = run;
  const key = `load-${job.prepared.unique}-${visit.session.index}`;
  const body = bodyOf(job, step);
  let token = '';
  const answer = await sendAfter(run, step, tokenFor(run, visit), (given) => {
    token = given;
    return orderRequest(run, token, key, body);
  });
  if (!answer) return undefined;
  const { lines } = step;
  const { customer } = visit;
  const id = answer.ok ? idOf(answer) : undefined;
  if (id === undefined) {
    if (answer.ok || isUnknown(answer)) ledger.unknownOrders.push({ customer, lines });
    return undefined;
  }
  const note: LedgerOrder = { id, customer, lines, cancelled: 'no' };
  ledger.orders.push(note);
  run.follow(followOrder(run, token, id, answer.at, step.firstLook));
  return { value: { note, key, body }, at: answer.at };
};

/** A customer orders. The order is followed until it is settled; one that is rejected for want of stock is settled too. */
export const placeOrder: TakeStep = async (run, visit, step) => {
  visit.order = place(run, visit, step);
  await visit.order;
};

/** A customer sends the same order again, as after a lost reply: it must be the same order. */
export const repeatOrder: TakeStep = async (run, visit, step) => {
  const token = await tokenFor(run, visit);
  const order = await visit.order;
  const answer = await sendAfter(run, step, visit.order, ({ key, body }) =>
    orderRequest(run, token?.value ?? '', key, body),
  );
  if (!answer?.ok || !order) return;
  run.ledger.repeats.push({ first: order.value.note.id, second: idOf(answer) ?? 'none' });
};

/** A customer looks at the orders so far. */
export const listOrders: TakeStep = async (run, visit, step) => {
  await sendAfter(run, step, tokenFor(run, visit), (token) => ({
    method: 'GET',
    url: `${run.job.urls.orders}/orders`,
    headers: bearer(token),
    expected: [200],
  }));
};

/** A customer cancels the order. That a rejected one cannot be cancelled (409) is as it should be. */
export const cancelOrder: TakeStep = async (run, visit, step) => {
  const token = await tokenFor(run, visit);
  const order = await visit.order;
  const answer = await sendAfter(run, step, visit.order, ({ note }) => ({
    method: 'POST',
    url: `${run.job.urls.orders}/orders/${note.id}/cancel`,
    headers: bearer(token?.value ?? ''),
    expected: [200, 409],
  }));
  if (!answer || !order) return;
  if (answer.status === 200) order.value.note.cancelled = 'yes';
  else if (isUnknown(answer)) order.value.note.cancelled = 'unknown';
};
