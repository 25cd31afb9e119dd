import { DomainError } from '@duet/shared/kernel/errors.ts';
import { problemOf } from '@duet/shared/kernel/problem.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { rawRequest } from '../offline/raw-request.ts';
import { newProduct, settledOrder } from '../support/goods.ts';
import { administrator, newCredentials, newCustomer } from '../support/people.ts';
import { call, ok, type Shop, send } from '../support/shop.ts';
import { until } from '../support/until.ts';
import { makeHttpWire, newAddress, type WireReply } from '../support/wire.ts';
import { untilReady } from './support/gateway-stack.ts';
import { startSecondGateway } from './support/second-gateway.ts';
import { describeStack } from './support/shared-stack.ts';
import { makeTrustedWire } from './support/trusted-wire.ts';

const WRONG = 'not the password at all';

describeStack('The gateway', (stack) => {
  const trusted = makeTrustedWire();
  const plain = makeHttpWire();
  afterAll(() => {
    trusted.close();
    plain.close();
  });
  const port = Number(new URL(stack.url).port);
  const shopAt = (url: string, wire = trusted.wire): Shop => ({
    name: 'the gateway',
    origins: { auth: url, inventory: url, images: url, orders: url },
    admin: stack.administrator,
    wire,
    seen: new Set(),
  });
  const shop = shopAt(stack.url);

  /** Holds a reply of the gateway's own against the one that a service would give. */
  const expectOverloaded = ({ status, headers, bytes }: WireReply): void => {
    const wanted = problemOf(new DomainError('overloaded'));
    expect(status).toBe(503);
    expect(headers).toMatchObject(wanted.headers);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-length']).toBe(String(bytes.length));
    expect(JSON.parse(bytes.toString())).toEqual(wanted.body);
  };

  describe('What it says itself', () => {
    it('When a service has no replica, then its routes are overloaded with Retry-After, the others work, and tokens hold', async () => {
      const customer = await newCustomer(shop);
      const { id } = await newProduct(shop);
      await ok(shop, 'listOrders', { token: customer.token });
      await stack.compose(['kill', 'auth']);
      try {
        const logIn = () => send(shop, 'auth', 'POST', '/auth/login', { body: newCredentials() });
        // Patient: on a connection that led to the one that was killed, a request is cut without an answer.
        const look = async () => {
          const reply = await logIn();
          return reply.status === 503 ? reply : undefined;
        };
        const refused = await until('auth refused', look, { patient: true });
        expectOverloaded(refused);
        expect((await send(shop, 'auth', 'GET', '/readyz')).status).toBe(503);
        expect((await send(shop, 'auth', 'GET', '/livez')).status).toBe(200);
        const order = await settledOrder(shop, customer, [{ productId: id, quantity: 1 }]);
        expect(order.state).toBe('CONFIRMED');
      } finally {
        await stack.compose(['start', 'auth']);
        await untilReady(stack.url);
      }
      await ok(shop, 'logIn', { body: stack.administrator, from: newAddress() });
    });

    it('When the only replica of a service stalls for a second, then requests wait for it, and none fails', async () => {
      await stack.compose(['pause', 'auth']);
      const stalled = performance.now();
      const replies: Promise<{ readonly status: number }>[] = [];
      try {
        await until('a second of it', async () => {
          replies.push(send(shop, 'auth', 'GET', '/.well-known/jwks.json'));
          return performance.now() - stalled > 1_000 || undefined;
        });
      } finally {
        await stack.compose(['unpause', 'auth']);
      }
      const statuses = (await Promise.all(replies)).map(({ status }) => status);
      expect(statuses.length).toBeGreaterThan(20);
      expect([...new Set(statuses)]).toEqual([200]);
    });

    // HAProxy words these two itself: a file of errors is not used before a request could be read.
    it.for([
      ['a field without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n'],
      ['a method with an odd character', 'G@T / HTTP/1.1\r\nHost: x\r\n\r\n'],
      ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
      ['more header than there is room for', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
      [
        'two lengths',
        'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456',
      ],
      [
        'a length and chunks',
        'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      ],
      [
        'a chunk without a length',
        'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      ],
      ['another host in its target', 'GET http://elsewhere/products HTTP/1.1\r\nHost: x\r\n\r\n'],
    ] as const)('When a request has %s, then it is 400, and the connection ends', async ([, bytes]) => {
      const answer = await rawRequest(port, Buffer.from(bytes, 'latin1'));
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      // One answer: what follows on the connection is not taken for a request.
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    });

    it('When the header of a request does not come within 5 s, then it is 408, and the connection ends', async () => {
      const begun = performance.now();
      const answer = await rawRequest(port, 'GET /products HTTP/1.1\r\nHost: x\r\n', 8_000);
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(performance.now() - begun).toBeGreaterThan(4_500);
    });
  });

  describe('What it lets through', () => {
    it('When events are sent from outside, by whatever spelling, then there is nothing to receive them', async () => {
      const targets = [
        '/events',
        '/events/',
        '//events',
        '/EVENTS',
        '/%65vents',
        '/./events',
        '/products/../events',
        '/orders/../events',
        '/auth/..%2fevents',
      ];
      const { token } = await administrator(shop);
      for (const target of targets) {
        for (const method of ['GET', 'POST', 'PUT']) {
          const { status } = await send(shop, 'auth', method, target, { body: {}, token });
          expect([target, [404, 405, 422].includes(status)]).toEqual([target, true]);
          if (/^\/{1,2}events\/?$/i.test(target)) expect([target, status]).toEqual([target, 404]);
        }
      }
    });

    it('When the shop is asked for the statistics, then it has none, and where they are nothing can be changed', async () => {
      for (const target of ['/stats', '/stats;csv', '/metrics'])
        expect([target, (await send(shop, 'auth', 'GET', target)).status]).toEqual([target, 404]);
      const statistics = async () => (await fetch(`${stack.statsUrl}/stats;csv`)).text();
      const up = (csv: string) =>
        csv.split('\n').filter((line) => /^orders,orders\d+,/.test(line) && line.split(',')[17] === 'UP');
      expect(up(await statistics())).toHaveLength(stack.scale.orders);
      const body = new URLSearchParams({ s: 'orders1', b: 'orders', action: 'disable' });
      const { url } = await fetch(`${stack.statsUrl}/stats`, { method: 'POST', body });
      expect(url).toMatch(/st=DENY$/);
      expect(up(await statistics())).toHaveLength(stack.scale.orders);
      const metrics = await (await fetch(`${stack.statsUrl}/metrics`)).text();
      expect(metrics).toMatch(/^haproxy_server_status\{proxy="orders",server="orders1",state="UP"\} 1$/m);
    });
  });

  describe('Whom it believes', () => {
    it('When it trusts no proxy, then addresses that clients claim are not counted by, and their own is', async () => {
      const { email } = await newCustomer(shop);
      const gateway = await startSecondGateway(stack);
      try {
        const outside = shopAt(gateway.url, plain.wire);
        const codes: (string | undefined)[] = [];
        for (let n = 0; n < 12; n += 1) {
          const claims = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'x-client-ip', 'true-client-ip'];
          const headers = claims.map(
            (name) => [name, name === 'forwarded' ? `for=${newAddress()}` : newAddress()] as const,
          );
          codes.push((await call(outside, 'logIn', { body: { email, password: WRONG }, headers })).code);
        }
        expect(codes).toEqual([...Array(10).fill('unauthenticated'), ...Array(2).fill('rate-limited')]);
        // Two fields of the name are one claim more, and no more true.
        const twice = [1, 2].map(() => ['x-forwarded-for', newAddress()] as const);
        const { code } = await call(outside, 'logIn', { body: { email, password: WRONG }, headers: twice });
        expect(code).toBe('rate-limited');
        // The limit is of that address: from elsewhere, as the trusted proxy tells, the account is open.
        const elsewhere = await call(shop, 'logIn', { body: { email, password: WRONG }, from: newAddress() });
        expect(elsewhere.code).toBe('unauthenticated');
      } finally {
        await gateway.stop();
      }
    });
  });
});
