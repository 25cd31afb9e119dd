import { makeKeyStore } from '@duet/shared/adapters/memory/key-store.ts';
import { newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import type { DomainEvent } from '@duet/shared/events/event.ts';
import { envelopeOf } from '@duet/shared/events/event.ts';
import { makeReceiveEvent } from '@duet/shared/events/receive-event.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { makeApp } from '../../microservices/edge/app.ts';
import { makeFreshEvents } from '../../microservices/edge/fresh-events.ts';
import { receiveEvents } from '../../microservices/edge/receive-events.ts';
import { makeRequestIds } from '../../microservices/edge/request-ids.ts';
import { makeServiceIdentity } from '../../microservices/edge/service-identity.ts';

const closed = (): DomainEvent => ({
  ...envelopeOf('orders', newUuid(), newUuid(), Date.now()),
  type: 'order-closed',
  data: {},
});

const identityOf = (name: string) =>
  makeServiceIdentity({ name, store: makeKeyStore(), clock: systemClock, newId: newUuid });

/** The receiving end of inventory, and what it has taken with which request id. */
function receiver(refuse: (orderId: string) => boolean = () => false) {
  const [orders, inventory] = [identityOf('orders'), identityOf('inventory')];
  const requestIds = makeRequestIds();
  const taken: [string, string | undefined][] = [];
  const keysOf = async () => {
    const reply = await request(appOf(orders.jwksRoute)).get('/.well-known/jwks.json').expect(200);
    return reply.body;
  };
  const extra = receiveEvents({
    verify: inventory.verifyFrom('orders', keysOf),
    receive: makeReceiveEvent({
      'order-closed': async ({ subject }) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (refuse(subject)) throw new Error('the database is full');
        taken.push([subject, requestIds.current()]);
      },
    }),
    requestIds,
    log: silentLog,
  });
  const postText = (text: string, token?: string, type = 'application/cloudevents-batch+json') => {
    const sent = request(appOf(extra)).post('/events').set('content-type', type);
    return (token === undefined ? sent : sent.set('authorization', `Bearer ${token}`)).send(text);
  };
  const post = (body: unknown, token?: string) => postText(JSON.stringify(body), token);
  return { orders, inventory, post, postText, taken };
}

const appOf = (extra: Parameters<typeof makeApp>[0]['extras'][number]) =>
  makeApp({ served: [], extras: [extra], authenticate: async () => {}, trustProxy: 0, log: silentLog });

describe('POST /events', () => {
  it('When the sender proves who it is, then every event takes effect', async () => {
    const { orders, post, taken } = receiver();
    const events = Array.from({ length: 20 }, closed);
    const reply = await post(events, await orders.tokenFor('inventory'));
    expect(reply.body).toEqual({ failed: [] });
    expect(taken.map(([subject]) => subject).sort()).toEqual(events.map(({ subject }) => subject).sort());
  });

  it('When there is no token, or one for another receiver, of another sender or made by another key, then 401 and no effect', async () => {
    const { orders, inventory, post, taken } = receiver();
    const tokens = [
      undefined,
      await orders.tokenFor('auth'),
      await inventory.tokenFor('inventory'),
      await identityOf('orders').tokenFor('inventory'),
    ];
    for (const token of tokens) expect((await post([closed()], token)).status).toBe(401);
    expect(taken).toEqual([]);
  });

  it('When some events fail, then just those are named and the others have taken effect', async () => {
    const events = [closed(), closed(), closed()];
    const bad = events[1] as DomainEvent;
    const { orders, post, taken } = receiver((orderId) => orderId === bad.subject);
    const broken = { ...closed(), subject: 'no uuid' };
    const reply = await post([...events, broken], await orders.tokenFor('inventory'));
    expect(reply.status).toBe(200);
    expect(reply.body.failed).toHaveLength(2);
    expect(reply.body.failed).toContainEqual({ id: bad.id, detail: 'internal' });
    expect(reply.body.failed).toContainEqual({ id: broken.id, detail: 'validation' });
    expect(taken).toHaveLength(2);
  });

  it('When events carry the request that caused them, then each is taken under its id', async () => {
    const { orders, post, taken } = receiver();
    const [first, second] = [closed(), closed()];
    const sent: unknown[] = [];
    const requestIds = makeRequestIds();
    const fresh = makeFreshEvents(requestIds);
    let woken = 0;
    fresh.wakes({ wake: () => void woken++ });
    requestIds.run('request-one', () => fresh.committed([first]));
    requestIds.run('request-two', () => fresh.committed([second]));
    const bus = fresh.over({
      send: async (events) => {
        sent.push(...events);
        return events.map(() => undefined);
      },
    });
    await bus.send([first, second]);
    await post(sent, await orders.tokenFor('inventory'));
    expect(woken).toBe(2);
    expect(new Map(taken)).toEqual(
      new Map([
        [first.subject, 'request-one'],
        [second.subject, 'request-two'],
      ]),
    );
  });

  it.each([
    ['no JSON', '{', 400],
    ['not a list', '{}', 422],
    ['17 levels', '['.repeat(17) + ']'.repeat(17), 400],
    ['600 KiB', `[${' '.repeat(600 * 1024)}]`, 413],
  ])('When the body is or has %s, then it is refused', async (_what, text, status) => {
    const { orders, postText } = receiver();
    expect((await postText(text, await orders.tokenFor('inventory'))).status).toBe(status);
  });

  it('When the media type is another, then 415', async () => {
    const { orders, postText } = receiver();
    const token = await orders.tokenFor('inventory');
    expect((await postText('[]', token, 'application/json')).status).toBe(415);
  });
});
