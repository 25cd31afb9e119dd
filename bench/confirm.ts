import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../compare/find-stacks.ts';
import { makeClient } from '../shared/contract/client.ts';
import { makeTransport } from '../shared/contract/transport.ts';
import { figureOf, type Line } from './statistics.ts';

/** A pause between two looks at an order, in ms. Each look costs the stack CPU, so it is not 0. */
const LOOK_MS = 2;

/** Pause between two orders, in ms: the stack is idle when the next one comes. */
const IDLE_MS = 100;

/**
 * From an order being sent until it is seen CONFIRMED, one after the other on an idle stack: the median is the p50.
 *
 * @param orders how many count; a tenth more come before, to warm up
 */
export const measureConfirmed = async (stack: Stack, orders: number): Promise<Line> => {
  const transport = makeTransport();
  const client = makeClient({ baseUrlOf: stack.baseUrlOf, transport });
  try {
    const logIn = async (account: Stack['administrator']): Promise<string> => {
      const reply = await client.logIn({ body: account });
      if (!reply.ok) throw new Error(`log-in: ${reply.body.title}`);
      return reply.body.accessToken;
    };
    const admin = await logIn(stack.administrator);
    const product = await client.createProduct({
      token: admin,
      idempotencyKey: `bench-${process.pid}-${Date.now()}`,
      body: { name: 'Bench lamp', description: '', priceCents: 100, onHand: 100_000 },
    });
    if (!product.ok) throw new Error(`create-product: ${product.body.title}`);
    const account = { email: `bench-${Date.now()}@example.com`, password: 'a long enough password' };
    await client.registerAccount({ body: account });
    const token = await logIn(account);
    const body = { lines: [{ productId: product.body.id, quantity: 1 }] };
    const once = async (number: number): Promise<number> => {
      await sleep(IDLE_MS);
      const began = performance.now();
      const placed = await client.placeOrder({
        token,
        idempotencyKey: `bench-order-${number}`,
        body,
      });
      if (!placed.ok) throw new Error(`place-order: ${placed.body.title}`);
      for (;;) {
        const order = await client.getOrder({ params: { id: placed.body.id }, token });
        if (order.ok && order.body.state === 'CONFIRMED') return performance.now() - began;
        if (performance.now() - began > 30_000) throw new Error('an order was not CONFIRMED within 30 s');
        await sleep(LOOK_MS);
      }
    };
    const warmUp = Math.ceil(orders / 10);
    const times: number[] = [];
    for (let number = 0; number < warmUp + orders; number += 1) {
      const ms = await once(number);
      if (number >= warmUp) times.push(ms);
    }
    const name = `order to CONFIRMED, p50 idle, ${stack.side}`;
    return { name, unit: 'ms', ours: figureOf(times), target: 50 };
  } finally {
    await transport.close();
  }
};
