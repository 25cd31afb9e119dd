import type { DomainEvent } from '@duet/shared/events/event.ts';
import { describe, expect, it } from 'vitest';
import { eachStore, race } from './each-store.ts';
import { idempotencyRecord, inboxEntry, NOW, pendingOrder, placedEvent } from './fixtures.ts';

const LEASE = 5_000;

eachStore('OutboxStore', (stores) => {
  const writers = {
    orders: async (events: DomainEvent[]) => {
      await stores().orders.place(pendingOrder(), NOW, idempotencyRecord(), events);
    },
    inventory: async (events: DomainEvent[]) => {
      await stores().reservations.tellAgain(inboxEntry(), events);
    },
  };

  describe.each(['orders', 'inventory'] as const)('of %s', (context) => {
    const outbox = () => (context === 'orders' ? stores().orderOutbox : stores().inventoryOutbox);
    const written = async (count: number): Promise<DomainEvent[]> => {
      const events = Array.from({ length: count }, () => placedEvent());
      for (let start = 0; start < count; start += 10) await writers[context](events.slice(start, start + 10));
      return events;
    };
    const claim = (options: { now?: number; limit?: number; ids?: readonly string[] } = {}) =>
      outbox().claim({ limit: 1000, now: NOW, leaseMs: LEASE, ...options });
    const claimedIds = async (options: Parameters<typeof claim>[0] = {}): Promise<string[]> =>
      (await claim(options)).map(({ event }) => event.id);
    const idsOf = (events: readonly DomainEvent[]): string[] => events.map(({ id }) => id);

    it('When nothing was written, then there is nothing to claim and no time to wait for', async () => {
      expect(await claim()).toEqual([]);
      expect(await outbox().nextDueAt()).toBeUndefined();
      expect(await outbox().count()).toEqual({ waiting: 0, dead: 0 });
    });

    it('When an event was written, then it is claimed as it was, with no failed sends', async () => {
      const [event] = await written(1);
      expect(await outbox().count()).toEqual({ waiting: 1, dead: 0 });
      expect(await claim()).toEqual([{ event, attempts: 0 }]);
    });

    it('When entries are leased, then nobody else gets them until the lease ends', async () => {
      const events = await written(2);
      await claim();
      expect(await claim({ now: NOW + LEASE - 1 })).toEqual([]);
      expect(new Set(await claimedIds({ now: NOW + LEASE }))).toEqual(new Set(idsOf(events)));
    });

    it('When a lease has ended, then the entry comes again with its attempts as they were', async () => {
      const [event] = await written(1);
      await claim();
      await outbox().postpone(event?.id ?? '', 3, NOW);
      expect(await claim()).toEqual([{ event, attempts: 3 }]);
      expect(await claim({ now: NOW + LEASE })).toEqual([{ event, attempts: 3 }]);
    });

    it('When more are due than the limit, then the longest due are claimed and the rest after them', async () => {
      const events = await written(5);
      for (const [index, id] of idsOf(events).entries()) await outbox().postpone(id, 0, NOW - index);
      const oldest = idsOf(events).toReversed();
      expect(await claimedIds({ limit: 2 })).toEqual(oldest.slice(0, 2));
      expect(await claimedIds({ limit: 2 })).toEqual(oldest.slice(2, 4));
      expect(await claimedIds({ limit: 2 })).toEqual(oldest.slice(4));
    });

    it('When ids are given, then only those are claimed, if they are due and not leased', async () => {
      const ids = idsOf(await written(4));
      const [one, two, three, four] = ids as [string, string, string, string];
      await outbox().postpone(three, 0, NOW + 1);
      expect(await claimedIds({ ids: [two] })).toEqual([two]);
      expect(new Set(await claimedIds({ ids: [one, two, three, placedEvent().id] }))).toEqual(new Set([one]));
      expect(await claimedIds({ ids: [] })).toEqual([]);
      expect(await claimedIds()).toEqual([four]);
    });

    it('When 10 claimers work at once, then each entry is claimed by exactly one of them', async () => {
      const events = await written(100);
      const claimed = await race(10, async () => {
        const mine: string[] = [];
        for (let round = 0; round < 15; round += 1) mine.push(...(await claimedIds({ limit: 7 })));
        return mine;
      });
      expect(claimed.flat().toSorted()).toEqual(idsOf(events).toSorted());
    });

    it('When the same ids are claimed by 10 at once, then each goes to exactly one of them', async () => {
      const ids = idsOf(await written(20));
      const claimed = await race(10, () => claimedIds({ ids }));
      const all = claimed.flat();
      expect(new Set(all).size).toBe(all.length);
    });

    it('When events are written while others claim, then none is lost', async () => {
      const claimed: string[] = [];
      const [events] = await Promise.all([
        race(10, () => written(5)),
        race(4, async () => {
          for (let round = 0; round < 20; round += 1) claimed.push(...(await claimedIds({ limit: 3 })));
        }),
      ]);
      claimed.push(...(await claimedIds()));
      expect(claimed.toSorted()).toEqual(idsOf(events.flat()).toSorted());
    });

    it('When entries are marked sent, then they are gone for good, and no others', async () => {
      const [one, two, three] = idsOf(await written(3)) as [string, string, string];
      await claim();
      await outbox().markSent([one, three]);
      await outbox().markSent([]);
      await outbox().markSent([one]);
      expect(await claimedIds({ now: NOW + LEASE })).toEqual([two]);
      expect(await outbox().count()).toEqual({ waiting: 1, dead: 0 });
    });

    it('When an entry is postponed, then its lease ends and it is due at the time given, its attempts counted', async () => {
      const [one, two] = await written(2);
      await claim();
      await outbox().postpone(one?.id ?? '', 1, NOW + 200);
      expect(await claim({ now: NOW + 199 })).toEqual([]);
      expect(await claim({ now: NOW + 200 })).toEqual([{ event: one, attempts: 1 }]);
      expect(await claim({ now: NOW + LEASE })).toEqual([{ event: two, attempts: 0 }]);
    });

    it('When an entry is postponed that was sent meanwhile, then it does not come back', async () => {
      const [id] = idsOf(await written(1)) as [string];
      await outbox().markSent([id]);
      await outbox().postpone(id, 1, NOW);
      await outbox().bury(id, 20);
      expect(await claim()).toEqual([]);
      expect(await outbox().count()).toEqual({ waiting: 0, dead: 0 });
    });

    it('When an entry is buried, then it is not claimed, not waited for, and counted among the dead', async () => {
      const [one, two] = await written(2);
      await claim();
      await outbox().bury(one?.id ?? '', 20);
      expect(await claim({ now: NOW + 3_600_000, ids: [one?.id ?? ''] })).toEqual([]);
      expect(await claim({ now: NOW + 3_600_000 })).toEqual([{ event: two, attempts: 0 }]);
      expect(await outbox().count()).toEqual({ waiting: 1, dead: 1 });
      await outbox().markSent([two?.id ?? '']);
      expect(await outbox().nextDueAt()).toBeUndefined();
    });

    it('When the dead are redriven, then they are due again with no failed sends, and no others change', async () => {
      const events = await written(3);
      const [one, two, three] = idsOf(events) as [string, string, string];
      await claim();
      await outbox().bury(one, 20);
      await outbox().bury(two, 20);
      expect(await outbox().redrive(NOW + 10)).toBe(2);
      expect(await claim({ now: NOW + 9 })).toEqual([]);
      const redriven = await claim({ now: NOW + 10 });
      expect(redriven.map(({ attempts }) => attempts)).toEqual([0, 0]);
      expect(new Set(redriven.map(({ event }) => event.id))).toEqual(new Set([one, two]));
      expect(await outbox().count()).toEqual({ waiting: 3, dead: 0 });
      expect(await outbox().redrive(NOW)).toBe(0);
      expect(await claimedIds({ now: NOW + LEASE })).toEqual([three]);
    });

    it('When entries wait, then the next time is the earliest at which one falls due or its lease ends', async () => {
      const [one, two] = idsOf(await written(2)) as [string, string];
      await outbox().postpone(one, 1, NOW + 123);
      await outbox().postpone(two, 1, NOW + 7);
      expect(await outbox().nextDueAt()).toBe(NOW + 7);
      await claim({ now: NOW + 7 });
      expect(await outbox().nextDueAt()).toBe(NOW + 123);
      await outbox().markSent([one]);
      expect(await outbox().nextDueAt()).toBe(NOW + 7 + LEASE);
    });
  });
});
