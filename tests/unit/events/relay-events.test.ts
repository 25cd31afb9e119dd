import {
  addToOutbox,
  type MemoryOutbox,
  makeOutboxStore,
} from '@duet/shared/adapters/memory/outbox-store.ts';
import { makeDrainEvents } from '@duet/shared/events/drain-events.ts';
import { envelopeOf, type OrderClosed } from '@duet/shared/events/event.ts';
import { type EventBus, UnreachableError } from '@duet/shared/events/ports.ts';
import {
  backoffMs,
  LEASE_MS,
  MAX_ATTEMPTS,
  makeRelayEvents,
  RELAY_BATCH,
} from '@duet/shared/events/relay-events.ts';
import type { LogLine } from '@duet/shared/kernel/log.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf } from '../support/world.ts';

/** A relay over an outbox with `count` events, and a bus that does what a test says. */
const makeRelay = (count: number, send: EventBus['send'] = async (events) => events.map(() => undefined)) => {
  const time = { now: 1_000_000 };
  const outbox: MemoryOutbox = new Map();
  const events = Array.from(
    { length: count },
    (_, n): OrderClosed => ({
      ...envelopeOf('orders', idOf(n + 1), idOf(n + 1, 1), time.now),
      type: 'order-closed',
      data: {},
    }),
  );
  addToOutbox(outbox, events);
  const sent: string[] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  const note =
    (list: string[]): LogLine =>
    (_, message) => {
      list.push(message);
    };
  const bus: EventBus = {
    send: async (batch) => {
      const results = await send(batch);
      sent.push(...batch.filter((_, index) => results[index] === undefined).map(({ id }) => id));
      return results;
    },
  };
  const store = makeOutboxStore({ outbox });
  const deps = {
    outbox: store,
    bus,
    clock: () => time.now,
    random: () => 0.5,
    log: { info: () => {}, warn: note(warnings), error: note(errors) },
  };
  return {
    time,
    store,
    events,
    sent,
    errors,
    warnings,
    relay: makeRelayEvents(deps),
    twin: makeRelayEvents(deps),
  };
};

const failAll: EventBus['send'] = async (events) => events.map(() => new Error('refused'));

describe('backoffMs', () => {
  it('When sends fail again and again, then the bound doubles from 0.2 s to 30 s', () => {
    const bounds = Array.from({ length: 10 }, (_, n) => backoffMs(n + 1, 1));
    expect(bounds).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  });

  it('When the dice fall anyhow, then the wait is between nothing and the bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_ATTEMPTS }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, random) => {
          const wait = backoffMs(n, random);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(backoffMs(n, 1));
        },
      ),
    );
  });
});

describe('relay-events', () => {
  it('When more wait than a batch holds, then all are sent, each once', async () => {
    const world = makeRelay(2 * RELAY_BATCH + 7);
    expect(await world.relay()).toEqual({ sent: 107, failed: 0, dead: 0, nextDueAt: undefined });
    expect(world.sent.sort()).toEqual(world.events.map(({ id }) => id).sort());
  });

  it('When two relays run at once, then no event is sent twice', async () => {
    const world = makeRelay(120);
    await Promise.all([world.relay(), world.twin()]);
    expect(new Set(world.sent).size).toBe(120);
    expect(world.sent).toHaveLength(120);
  });

  it('When a relay dies after it claimed, then another sends the events when the lease ends', async () => {
    const world = makeRelay(3, async (events) => {
      if (world.time.now === 1_000_000) throw new Error('killed');
      return events.map(() => undefined);
    });
    await expect(world.relay()).rejects.toThrow('killed');
    world.time.now += LEASE_MS - 1;
    expect(await world.relay()).toMatchObject({ sent: 0, nextDueAt: 1_000_000 + LEASE_MS });
    world.time.now += 1;
    expect(await world.relay()).toMatchObject({ sent: 3 });
  });

  it('When one event of a batch fails, then the others are sent and it alone waits', async () => {
    const bad = idOf(2);
    const world = makeRelay(3, async (events) =>
      events.map(({ id }) => (id === bad ? new Error('refused') : undefined)),
    );
    expect(await world.relay()).toEqual({
      sent: 2,
      failed: 1,
      dead: 0,
      nextDueAt: world.time.now + backoffMs(1, 0.5),
    });
    expect(await world.store.count()).toEqual({ waiting: 1, dead: 0 });
    expect(world.warnings).toHaveLength(1);
  });

  it('When its consumer is away for half an hour, then an event is not dead, and is sent within a minute of the return', async () => {
    let up = false;
    const world = makeRelay(1, async (events) =>
      events.map(() => (up ? undefined : new UnreachableError('nobody answers'))),
    );
    const back = world.time.now + 30 * 60_000;
    let next: number | undefined = world.time.now;
    for (; next !== undefined && next < back; next = (await world.relay()).nextDueAt) world.time.now = next;
    expect(world.warnings.length).toBeGreaterThan(MAX_ATTEMPTS);
    expect(await world.store.count()).toEqual({ waiting: 1, dead: 0 });
    up = true;
    expect(next).toBeLessThanOrEqual(back + 60_000);
    world.time.now = next as number;
    expect(await world.relay()).toMatchObject({ sent: 1 });
  });

  it('When an event fails 20 times, then it is dead, told as an error, and sent again only after a redrive', async () => {
    let up = false;
    const world = makeRelay(1, async (events) => (up ? events.map(() => undefined) : failAll(events)));
    let runs = 0;
    for (let next: number | undefined = world.time.now; next !== undefined; runs += 1) {
      world.time.now = next;
      next = (await world.relay()).nextDueAt;
    }
    expect(runs).toBe(MAX_ATTEMPTS);
    expect(await world.store.count()).toEqual({ waiting: 0, dead: 1 });
    expect(world.errors).toEqual(['event is dead']);
    up = true;
    world.time.now += 3_600_000;
    expect(await world.relay()).toMatchObject({ sent: 0 });
    expect(await world.store.redrive(world.time.now)).toBe(1);
    expect(await world.relay()).toMatchObject({ sent: 1 });
  });

  it('When it is told to stop, then it ends after the batch under way and the rest waits', async () => {
    let stopped = false;
    const world = makeRelay(3 * RELAY_BATCH, async (events) => {
      stopped = true;
      return events.map(() => undefined);
    });
    const result = await world.relay({ goOn: () => !stopped });
    expect(result).toMatchObject({ sent: RELAY_BATCH, nextDueAt: world.time.now });
    expect(await world.store.count()).toEqual({ waiting: 2 * RELAY_BATCH, dead: 0 });
  });

  it('When it is asked for more than a batch holds, then it sends them all', async () => {
    const world = makeRelay(2 * RELAY_BATCH);
    const ids = world.events.map(({ id }) => id);
    expect(await world.relay({ ids })).toMatchObject({ sent: 2 * RELAY_BATCH });
  });

  it('When it is asked for certain events, then it looks at no others', async () => {
    const world = makeRelay(5);
    expect(await world.relay({ ids: [idOf(2), idOf(4)] })).toEqual({
      sent: 2,
      failed: 0,
      dead: 0,
      nextDueAt: undefined,
    });
    expect(world.sent.sort()).toEqual([idOf(2), idOf(4)]);
    expect(await world.store.count()).toEqual({ waiting: 3, dead: 0 });
  });
});

describe('drain-events', () => {
  const drainOf = (world: ReturnType<typeof makeRelay>) =>
    makeDrainEvents({
      relay: world.relay,
      clock: () => world.time.now,
      wait: async (ms) => {
        world.time.now += ms;
      },
    });

  it('When nothing waits, then it ends at once', async () => {
    const world = makeRelay(0);
    expect(await drainOf(world)(55_000)).toBe(0);
    expect(world.time.now).toBe(1_000_000);
  });

  it('When a dead process left a lease, then it waits for its end and sends the events within the budget', async () => {
    const world = makeRelay(4);
    await world.store.claim({ limit: 4, now: world.time.now, leaseMs: LEASE_MS });
    expect(await drainOf(world)(55_000)).toBe(4);
    expect(world.time.now).toBeLessThanOrEqual(1_000_000 + LEASE_MS + 20);
  });

  it('When more waits than its budget lasts for, then it ends after the batch under way', async () => {
    const world = makeRelay(5 * RELAY_BATCH, async (events) => {
      world.time.now += 1_000;
      return events.map(() => undefined);
    });
    expect(await drainOf(world)(1_500)).toBe(2 * RELAY_BATCH);
  });

  it('When the bus stays down, then it goes on until its budget is used up and not beyond', async () => {
    const world = makeRelay(1, failAll);
    expect(await drainOf(world)(10_000)).toBe(0);
    expect(world.time.now).toBeLessThanOrEqual(1_010_000);
    expect((await world.store.count()).waiting).toBe(1);
  });
});
