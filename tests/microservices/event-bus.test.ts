import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeEventBus } from '@duet/shared/adapters/http/event-bus.ts';
import { envelopeOf, type OrderClosed } from '@duet/shared/events/event.ts';
import { afterEach, describe, expect, it } from 'vitest';

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const events = [1, 2, 3].map(
  (n): OrderClosed => ({ ...envelopeOf('orders', idOf(n), idOf(9), 0), type: 'order-closed', data: {} }),
);

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A subscriber that answers as the test says, and a bus to it. */
const busTo = async (answer: RequestListener) => {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  return makeEventBus({ subscribers: { 'order-closed': url }, token: async () => 'token' });
};

const names = (results: readonly (Error | undefined)[]) => results.map((result) => result?.name);

describe('The event bus over HTTP', () => {
  it('When the subscriber names the events that it could not take, then those failed and the others are delivered', async () => {
    const seen: string[] = [];
    const bus = await busTo((req, res) => {
      seen.push(`${req.method} ${req.url} ${req.headers.authorization} ${req.headers['content-type']}`);
      res.end(JSON.stringify({ failed: [{ id: idOf(2), detail: 'no such order' }] }));
    });
    const results = await bus.send(events);
    expect(results.map((result) => result?.message)).toEqual([undefined, 'no such order', undefined]);
    expect(names(results)[1]).toBe('Error');
    expect(seen).toEqual(['POST /events Bearer token application/cloudevents-batch+json']);
    await bus.close();
  });

  it.each([502, 503, 504])(
    'When %i is answered in its place, then the subscriber was unreachable',
    async (status) => {
      const bus = await busTo((_, res) => res.writeHead(status).end());
      expect(names(await bus.send(events))).toEqual(Array(3).fill('UnreachableError'));
      await bus.close();
    },
  );

  it.each([400, 401, 500])(
    'When the subscriber answers %i, then it was there and refused',
    async (status) => {
      const bus = await busTo((_, res) => res.writeHead(status).end());
      expect(names(await bus.send(events))).toEqual(Array(3).fill('Error'));
      await bus.close();
    },
  );

  it('When nobody listens, or never answers, then the subscriber was unreachable, after 2 s at most', async () => {
    const silent = await busTo(() => {});
    const before = Date.now();
    expect(names(await silent.send(events))).toEqual(Array(3).fill('UnreachableError'));
    expect(Date.now() - before).toBeLessThan(4_000);
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    expect(names(await silent.send(events))).toEqual(Array(3).fill('UnreachableError'));
    await silent.close();
  });
});
