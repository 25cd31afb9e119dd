import { newUuid } from '@duet/shared/adapters/system/system.ts';
import type { Order, OrderChange } from '@duet/shared/orders/ports.ts';
import { expect, it } from 'vitest';
import { eachStore, race, tally } from './each-store.ts';
import {
  closedEvent,
  idempotencyRecord,
  inboxEntry,
  later,
  NOW,
  pendingOrder,
  placedEvent,
} from './fixtures.ts';

const cancelled = (order: Order): OrderChange => ({
  state: 'CANCELLED',
  reason: null,
  lines: order.lines,
  updatedAt: later(1000),
  sweeps: order.sweeps,
  sweepAt: null,
});

eachStore('OrderStore', (stores, { forgets }) => {
  const placed = async (change: Partial<Order> = {}, sweepAt = NOW + 30_000): Promise<Order> => {
    const order = pendingOrder(change);
    await stores().orders.place(order, sweepAt, idempotencyRecord({ userId: order.userId }), []);
    return order;
  };
  const told = async (): Promise<string[]> =>
    (await stores().orderOutbox.claim({ limit: 1000, now: NOW, leaseMs: 0 })).map(({ event }) => event.id);

  it('When an order is placed, then it is found with every field, and its event waits', async () => {
    const line = { productId: newUuid(), quantity: 1000, unitPriceCents: null };
    const order = pendingOrder({ lines: [line, { ...line, productId: newUuid(), unitPriceCents: 5 }] });
    const event = placedEvent(order.id);
    expect(await stores().orders.place(order, NOW, idempotencyRecord(), [event])).toEqual({
      kind: 'created',
    });
    expect(await stores().orders.find(order.id)).toEqual(order);
    expect(await told()).toEqual([event.id]);
    expect(stores().committed).toEqual([event]);
    expect(await stores().orders.find(newUuid())).toBeUndefined();
  });

  it('When the key is taken, then its record is returned as it was and nothing is written', async () => {
    const record = idempotencyRecord();
    const first = pendingOrder({ userId: record.userId });
    await stores().orders.place(first, NOW, record, []);
    const second = pendingOrder({ userId: record.userId });
    const other = { ...record, fingerprint: 'other', body: '{}', location: '/elsewhere', status: 200 };
    const claimed = await stores().orders.place(second, NOW, other, [placedEvent(second.id)]);
    expect(claimed).toEqual({ kind: 'taken', record });
    expect(await stores().orders.find(second.id)).toBeUndefined();
    expect(await stores().orders.list(record.userId, { limit: 9 })).toEqual([first]);
    expect(await told()).toEqual([]);
    expect(stores().committed).toEqual([]);
  });

  it('When the same key comes from another user or on another route, then it is free', async () => {
    const record = idempotencyRecord();
    await stores().orders.place(pendingOrder(), NOW, record, []);
    for (const change of [{ userId: newUuid() }, { route: 'other' }, { key: 'another-key' }]) {
      const other = { ...record, ...change, body: JSON.stringify(change) };
      expect((await stores().orders.place(pendingOrder(), NOW, other, [])).kind).toBe('created');
      const taken = { kind: 'taken', record: other };
      expect(await stores().orders.place(pendingOrder(), NOW, other, [])).toEqual(taken);
    }
    expect(await stores().orders.place(pendingOrder(), NOW, record, [])).toEqual({ kind: 'taken', record });
  });

  it('When 20 workers place with the same key at once, then one order is placed and 19 get its record', async () => {
    const scope = idempotencyRecord();
    const rivals = Array.from({ length: 20 }, () => pendingOrder({ userId: scope.userId }));
    const results = await race(20, (worker) => {
      const order = rivals[worker] as Order;
      return stores().orders.place(order, NOW, { ...scope, body: `"${worker}"` }, [placedEvent(order.id)]);
    });
    expect(tally(results.map(({ kind }) => kind))).toEqual({ created: 1, taken: 19 });
    const winner = results.findIndex(({ kind }) => kind === 'created');
    const taken = { kind: 'taken', record: { ...scope, body: `"${winner}"` } };
    expect(results.filter(({ kind }) => kind === 'taken')).toEqual(Array(19).fill(taken));
    expect(await stores().orders.list(scope.userId, { limit: 50 })).toEqual([rivals[winner]]);
    expect(await told()).toHaveLength(1);
    expect(stores().committed.map(({ subject }) => subject)).toEqual([rivals[winner]?.id]);
  });

  it('When 20 workers place with keys of their own at once, then all are placed and every event waits', async () => {
    const userId = newUuid();
    const events = Array.from({ length: 20 }, () => placedEvent());
    await race(20, (worker) =>
      stores().orders.place(pendingOrder({ userId }), NOW, idempotencyRecord({ userId }), [
        events[worker] as (typeof events)[number],
      ]),
    );
    expect(await stores().orders.list(userId, { limit: 50 })).toHaveLength(20);
    expect(new Set(await told())).toEqual(new Set(events.map(({ id }) => id)));
  });

  it('When orders are listed, then the user gets his own, newest first, page after page', async () => {
    const userId = newUuid();
    const made = [await placed({ userId }), await placed({ userId }), await placed({ userId })];
    await placed();
    const newest = made.toReversed();
    const { orders } = stores();
    expect(await orders.list(userId, { limit: 2 })).toEqual(newest.slice(0, 2));
    expect(await orders.list(userId, { limit: 2, after: newest[1]?.id })).toEqual(newest.slice(2));
    expect(await orders.list(userId, { limit: 9, after: newest[0]?.id })).toEqual(newest.slice(1));
    expect(await orders.list(userId, { limit: 2, after: newest[2]?.id })).toEqual([]);
    expect(await orders.list(newUuid(), { limit: 9 })).toEqual([]);
  });

  it('When an order is still as it was seen, then it changes, and the events wait', async () => {
    const order = await placed();
    const change: OrderChange = {
      state: 'CONFIRMED',
      reason: null,
      lines: order.lines.map((line) => ({ ...line, unitPriceCents: 250 })),
      updatedAt: later(5),
      sweeps: 0,
      sweepAt: null,
    };
    const event = closedEvent(order.id);
    expect(await stores().orders.change(order, change, [event], inboxEntry())).toBe('done');
    const { sweepAt: _, ...fields } = change;
    expect(await stores().orders.find(order.id)).toEqual({ ...order, ...fields });
    expect(await told()).toEqual([event.id]);
    expect(stores().committed).toEqual([event]);
    expect(await stores().orders.list(order.userId, { limit: 1 })).toEqual([{ ...order, ...fields }]);
  });

  it('When a change rejects an order, then its reason is kept', async () => {
    const order = await placed();
    const change = { ...cancelled(order), state: 'REJECTED', reason: 'out-of-stock' } as const;
    expect(await stores().orders.change(order, change, [])).toBe('done');
    expect(await stores().orders.find(order.id)).toMatchObject({ state: 'REJECTED', reason: 'out-of-stock' });
    expect(stores().committed).toEqual([]);
  });

  it.each([
    ['is in another state', { state: 'CONFIRMED' }],
    ['was swept since', { sweeps: 1 }],
    ['does not exist', { id: newUuid() }],
  ] as const)('When an order %s, then the change is stale and nothing is written', async (_, seen) => {
    const order = await placed();
    const inbox = inboxEntry();
    const result = await stores().orders.change(
      { ...order, ...seen },
      cancelled(order),
      [closedEvent()],
      inbox,
    );
    expect(result).toBe('stale');
    expect(await stores().orders.find(order.id)).toEqual(order);
    expect(await told()).toEqual([]);
    expect(stores().committed).toEqual([]);
    // The event was not received either.
    expect(await stores().orders.change(order, cancelled(order), [], inbox)).toBe('done');
  });

  it('When the event was received before, then a change is a duplicate and nothing is written', async () => {
    const [first, second] = [await placed(), await placed()];
    const inbox = inboxEntry();
    await stores().orders.change(first, cancelled(first), [], inbox);
    expect(await stores().orders.change(second, cancelled(second), [closedEvent()], inbox)).toBe('duplicate');
    expect(await stores().orders.change(first, cancelled(first), [closedEvent()], inbox)).toBe('duplicate');
    expect(await stores().orders.find(second.id)).toEqual(second);
    expect(await told()).toEqual([]);
    expect(stores().committed).toEqual([]);
  });

  it('When 20 workers change the same order at once, then one does and the others are stale', async () => {
    const order = await placed();
    const results = await race(20, (worker) =>
      stores().orders.change(order, { ...cancelled(order), updatedAt: later(worker) }, [closedEvent()]),
    );
    expect(tally(results)).toEqual({ done: 1, stale: 19 });
    expect((await stores().orders.find(order.id))?.updatedAt).toBe(later(results.indexOf('done')));
    expect(await told()).toHaveLength(1);
  });

  it('When the same event comes to 20 workers at once and leaves the state as it is, then it is told once', async () => {
    const order = await placed({ state: 'CANCELLED' });
    const inbox = inboxEntry();
    const results = await race(20, () =>
      stores().orders.change(order, cancelled(order), [closedEvent()], inbox),
    );
    expect(tally(results)).toEqual({ done: 1, duplicate: 19 });
    expect(await told()).toHaveLength(1);
  });

  it('When 20 sweeps meet at an order, then it is told again once', async () => {
    const order = await placed();
    const change = { ...cancelled(order), state: 'PENDING', sweeps: 1, sweepAt: NOW + 120_000 } as const;
    const results = await race(20, () => stores().orders.change(order, change, [placedEvent(order.id)]));
    expect(tally(results)).toEqual({ done: 1, stale: 19 });
    expect(await told()).toHaveLength(1);
  });

  it('When orders are due for the sweep, then PENDING ones come, the longest due first', async () => {
    const second = await placed({}, NOW - 1);
    const first = await placed({}, NOW - 2);
    const third = await placed({}, NOW);
    await placed({}, NOW + 1);
    const settled = await placed({}, NOW - 3);
    await stores().orders.change(settled, { ...cancelled(settled), state: 'CONFIRMED' }, []);
    expect(await stores().orders.dueForSweep(NOW, 10)).toEqual([first, second, third]);
    expect(await stores().orders.dueForSweep(NOW, 2)).toEqual([first, second]);
  });

  it('When the sweep has put an order off, then it is due at its new time', async () => {
    const order = await placed({}, NOW);
    const again: OrderChange = { ...cancelled(order), state: 'PENDING', sweeps: 1, sweepAt: NOW + 50 };
    await stores().orders.change(order, again, []);
    expect(await stores().orders.dueForSweep(NOW + 49, 10)).toEqual([]);
    expect(await stores().orders.dueForSweep(NOW + 50, 10)).toMatchObject([{ id: order.id, sweeps: 1 }]);
  });

  it.runIf(forgets === 'on-request')(
    'When old event ids are forgotten, then those received since are still known',
    async () => {
      const order = await placed({ state: 'CANCELLED' });
      const [old, young] = [inboxEntry({ receivedAt: NOW - 1 }), inboxEntry({ receivedAt: NOW })];
      const receive = (inbox: typeof old) => stores().orders.change(order, cancelled(order), [], inbox);
      await receive(old);
      await receive(young);
      await stores().orders.forgetInbox(NOW);
      expect(await receive(young)).toBe('duplicate');
      expect(await receive(old)).toBe('done');
    },
  );
});
