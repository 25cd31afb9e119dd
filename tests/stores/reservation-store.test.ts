import { newUuid } from '@duet/shared/adapters/system/system.ts';
import type { Product, Reservation } from '@duet/shared/inventory/ports.ts';
import { expect, it } from 'vitest';
import { eachStore, race, tally } from './each-store.ts';
import { closedEvent, heldReservation, idempotencyRecord, inboxEntry, NOW, product } from './fixtures.ts';

eachStore('ReservationStore', (stores, { forgets }) => {
  const added = async (change: Partial<Product> = {}): Promise<string> => {
    const made = product(change);
    await stores().products.insert(made, idempotencyRecord());
    return made.id;
  };
  const heldOf = async (id: string): Promise<number | undefined> => (await stores().products.find(id))?.held;
  const told = async (): Promise<string[]> =>
    (await stores().inventoryOutbox.claim({ limit: 1000, now: NOW, leaseMs: 0 })).map(
      ({ event }) => event.id,
    );
  const rejected = (): Extract<Reservation, { state: 'REJECTED' }> => ({
    orderId: newUuid(),
    state: 'REJECTED',
    reason: 'unknown-product',
  });

  it('When an order never came, then it has no reservation', async () => {
    expect(await stores().reservations.find(newUuid())).toBeUndefined();
  });

  it('When all lines are held, then the units, the reservation and the events are there', async () => {
    const [one, two] = [await added(), await added({ held: 1 })];
    const reservation = heldReservation({ [two]: 99, [one]: 4 });
    const event = closedEvent();
    expect(await stores().reservations.hold(inboxEntry(), reservation, [event])).toBe('done');
    expect([await heldOf(one), await heldOf(two)]).toEqual([4, 100]);
    expect(await stores().reservations.find(reservation.orderId)).toEqual(reservation);
    expect(await told()).toEqual([event.id]);
    expect(stores().committed).toEqual([event]);
  });

  it.each([
    ['has too few units', { onHand: 3, held: 1 }],
    ['is gone', undefined],
  ])('When one product of several %s, then it is short and nothing at all is written', async (_, scarce) => {
    const plenty = await added();
    const other = scarce ? await added(scarce) : newUuid();
    const inbox = inboxEntry();
    const reservation = heldReservation({ [plenty]: 1, [other]: 3 });
    expect(await stores().reservations.hold(inbox, reservation, [closedEvent()])).toBe('short');
    expect(await heldOf(plenty)).toBe(0);
    expect(await heldOf(other)).toBe(scarce?.held);
    expect(await stores().reservations.find(reservation.orderId)).toBeUndefined();
    expect(await told()).toEqual([]);
    expect(stores().committed).toEqual([]);
    // The event was not received either: with enough units it takes effect.
    const smaller = heldReservation({ [plenty]: 1 }, reservation.orderId);
    expect(await stores().reservations.hold(inbox, smaller, [])).toBe('done');
  });

  it('When the event was received before, then a hold is a duplicate and nothing is written', async () => {
    const id = await added();
    const inbox = inboxEntry();
    await stores().reservations.tellAgain(inbox, []);
    const reservation = heldReservation({ [id]: 1 });
    expect(await stores().reservations.hold(inbox, reservation, [closedEvent()])).toBe('duplicate');
    expect(await heldOf(id)).toBe(0);
    expect(await stores().reservations.find(reservation.orderId)).toBeUndefined();
    expect(await told()).toEqual([]);
    expect(stores().committed).toEqual([]);
  });

  it('When the order has a row, then a hold says so and nothing is written', async () => {
    const id = await added();
    const first = rejected();
    await stores().reservations.record(inboxEntry(), first, []);
    const inbox = inboxEntry();
    const again = heldReservation({ [id]: 1 }, first.orderId);
    expect(await stores().reservations.hold(inbox, again, [closedEvent()])).toBe('exists');
    expect(await heldOf(id)).toBe(0);
    expect(await stores().reservations.find(first.orderId)).toEqual(first);
    expect(await told()).toEqual([]);
    expect(await stores().reservations.tellAgain(inbox, [])).toBe('done');
  });

  it('When event, order and stock all speak against a hold, then it is a duplicate first, then exists, then short', async () => {
    const id = await added({ onHand: 1 });
    const inbox = inboxEntry();
    const reservation = heldReservation({ [id]: 1 });
    await stores().reservations.hold(inbox, reservation, []);
    expect(await stores().reservations.hold(inbox, reservation, [])).toBe('duplicate');
    expect(await stores().reservations.hold(inboxEntry(), reservation, [])).toBe('exists');
    expect(await stores().reservations.hold(inboxEntry(), heldReservation({ [id]: 1 }), [])).toBe('short');
  });

  it('When 20 workers sell a stock of 100 at once, then exactly 100 units are sold', async () => {
    const id = await added({ onHand: 100 });
    const sold = await race(20, async () => {
      const results: string[] = [];
      for (let sale = 0; sale < 8; sale += 1) {
        results.push(
          await stores().reservations.hold(inboxEntry(), heldReservation({ [id]: 1 }), [closedEvent()]),
        );
      }
      return results;
    });
    expect(tally(sold.flat())).toEqual({ done: 100, short: 60 });
    expect(await heldOf(id)).toBe(100);
    expect(await told()).toHaveLength(100);
    expect(stores().committed).toHaveLength(100);
  });

  it('When 20 workers hold for the same order at once, then one does and the others find its row', async () => {
    const id = await added();
    const reservation = heldReservation({ [id]: 2 });
    const results = await race(20, () =>
      stores().reservations.hold(inboxEntry(), reservation, [closedEvent()]),
    );
    expect(tally(results)).toEqual({ done: 1, exists: 19 });
    expect(await heldOf(id)).toBe(2);
    expect(await told()).toHaveLength(1);
  });

  it('When the same event comes to 20 workers at once, then one takes it and the others know it', async () => {
    const id = await added();
    const inbox = inboxEntry();
    const reservation = heldReservation({ [id]: 2 });
    const results = await race(20, () => stores().reservations.hold(inbox, reservation, [closedEvent()]));
    expect(tally(results)).toEqual({ done: 1, duplicate: 19 });
    expect(await heldOf(id)).toBe(2);
    expect(await told()).toHaveLength(1);
  });

  it('When 20 workers hold and release the same products in crossing orders, then none fails and all units come back', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => added({ onHand: 100_000 })));
    await race(20, async (worker) => {
      for (let round = 0; round < 5; round += 1) {
        const turned = [...ids.slice(worker % 6), ...ids.slice(0, worker % 6)];
        const order = worker % 2 === 0 ? turned : turned.toReversed();
        const reservation = heldReservation(Object.fromEntries(order.map((id) => [id, 1 + round])));
        expect(await stores().reservations.hold(inboxEntry(), reservation, [])).toBe('done');
        expect(await stores().reservations.release(inboxEntry(), reservation)).toBe('done');
      }
    });
    expect(await Promise.all(ids.map(heldOf))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each([rejected(), { orderId: newUuid(), state: 'RELEASED' } as const])(
    'When a row in state $state is recorded, then it and its events are there, and nothing is held',
    async (reservation) => {
      const event = closedEvent();
      expect(await stores().reservations.record(inboxEntry(), reservation, [event])).toBe('done');
      expect(await stores().reservations.find(reservation.orderId)).toEqual(reservation);
      expect(await told()).toEqual([event.id]);
      expect(stores().committed).toEqual([event]);
    },
  );

  it('When the event was received before, then recording is a duplicate and nothing is written', async () => {
    const inbox = inboxEntry();
    const first = rejected();
    await stores().reservations.record(inbox, first, []);
    const second = rejected();
    expect(await stores().reservations.record(inbox, second, [closedEvent()])).toBe('duplicate');
    expect(await stores().reservations.record(inbox, first, [closedEvent()])).toBe('duplicate');
    expect(await stores().reservations.find(second.orderId)).toBeUndefined();
    expect(await told()).toEqual([]);
    expect(stores().committed).toEqual([]);
  });

  it('When the order has a row, then recording another says so and nothing is written', async () => {
    const first = rejected();
    await stores().reservations.record(inboxEntry(), first, []);
    const inbox = inboxEntry();
    const tombstone = { orderId: first.orderId, state: 'RELEASED' } as const;
    expect(await stores().reservations.record(inbox, tombstone, [closedEvent()])).toBe('exists');
    expect(await stores().reservations.find(first.orderId)).toEqual(first);
    expect(await told()).toEqual([]);
    expect(await stores().reservations.tellAgain(inbox, [])).toBe('done');
  });

  it('When a hold and a tombstone for the same order meet, then one of them is there and the units agree with it', async () => {
    const id = await added({ onHand: 1000 });
    const states = await race(10, async () => {
      const reservation = heldReservation({ [id]: 1 });
      const tombstone = { orderId: reservation.orderId, state: 'RELEASED' } as const;
      const results = await Promise.all([
        stores().reservations.hold(inboxEntry(), reservation, []),
        stores().reservations.record(inboxEntry(), tombstone, []),
      ]);
      expect(tally(results)).toEqual({ done: 1, exists: 1 });
      return (await stores().reservations.find(reservation.orderId))?.state;
    });
    expect(await heldOf(id)).toBe(states.filter((state) => state === 'HELD').length);
  });

  it('When a held reservation is released, then its units are back and it is RELEASED', async () => {
    const [one, two] = [await added(), await added()];
    const reservation = heldReservation({ [one]: 4, [two]: 100 });
    await stores().reservations.hold(inboxEntry(), reservation, []);
    expect(await stores().reservations.release(inboxEntry(), reservation)).toBe('done');
    expect([await heldOf(one), await heldOf(two)]).toEqual([0, 0]);
    const { orderId } = reservation;
    expect(await stores().reservations.find(orderId)).toEqual({ orderId, state: 'RELEASED' });
  });

  it('When a reservation is not HELD any more, or never was, then releasing it is stale and nothing is written', async () => {
    const id = await added();
    const reservation = heldReservation({ [id]: 4 });
    const inbox = inboxEntry();
    expect(await stores().reservations.release(inbox, reservation)).toBe('stale');
    expect(await stores().reservations.find(reservation.orderId)).toBeUndefined();
    await stores().reservations.hold(inboxEntry(), heldReservation({ [id]: 9 }), []);
    await stores().reservations.hold(inboxEntry(), reservation, []);
    await stores().reservations.release(inboxEntry(), reservation);
    expect(await stores().reservations.release(inbox, reservation)).toBe('stale');
    expect(await heldOf(id)).toBe(9);
    expect(await stores().reservations.tellAgain(inbox, [])).toBe('done');
  });

  it('When the event was received before, then a release is a duplicate and nothing is written', async () => {
    const id = await added();
    const reservation = heldReservation({ [id]: 4 });
    const inbox = inboxEntry();
    await stores().reservations.hold(inbox, reservation, []);
    expect(await stores().reservations.release(inbox, reservation)).toBe('duplicate');
    expect(await heldOf(id)).toBe(4);
    expect(await stores().reservations.find(reservation.orderId)).toEqual(reservation);
  });

  it('When a released event comes again, then it is a duplicate', async () => {
    const reservation = heldReservation({ [await added()]: 4 });
    const inbox = inboxEntry();
    await stores().reservations.hold(inboxEntry(), reservation, []);
    await stores().reservations.release(inbox, reservation);
    expect(await stores().reservations.release(inbox, reservation)).toBe('duplicate');
  });

  it('When 20 workers release the same reservation at once, then its units go back once', async () => {
    const id = await added();
    await stores().reservations.hold(inboxEntry(), heldReservation({ [id]: 50 }), []);
    const reservation = heldReservation({ [id]: 2 });
    await stores().reservations.hold(inboxEntry(), reservation, []);
    const results = await race(20, () => stores().reservations.release(inboxEntry(), reservation));
    expect(tally(results)).toEqual({ done: 1, stale: 19 });
    expect(await heldOf(id)).toBe(50);
  });

  it('When an outcome is told again, then its events are there; the second time it is a duplicate', async () => {
    const inbox = inboxEntry();
    const events = [closedEvent(), closedEvent()];
    expect(await stores().reservations.tellAgain(inbox, events)).toBe('done');
    expect(await stores().reservations.tellAgain(inbox, [closedEvent()])).toBe('duplicate');
    expect(new Set(await told())).toEqual(new Set(events.map(({ id }) => id)));
    expect(stores().committed).toEqual(events);
  });

  it('When 20 workers tell the same event again at once, then it is told once', async () => {
    const inbox = inboxEntry();
    const results = await race(20, () => stores().reservations.tellAgain(inbox, [closedEvent()]));
    expect(tally(results)).toEqual({ done: 1, duplicate: 19 });
    expect(await told()).toHaveLength(1);
  });

  it.runIf(forgets === 'on-request')(
    'When old event ids are forgotten, then those received since are still known',
    async () => {
      const [old, young] = [inboxEntry({ receivedAt: NOW - 1 }), inboxEntry({ receivedAt: NOW })];
      for (const inbox of [old, young]) await stores().reservations.tellAgain(inbox, []);
      await stores().reservations.forgetInbox(NOW);
      expect(await stores().reservations.tellAgain(young, [])).toBe('duplicate');
      expect(await stores().reservations.tellAgain(old, [])).toBe('done');
    },
  );
});
