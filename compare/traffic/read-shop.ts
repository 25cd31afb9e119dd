import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Transport } from '../../shared/contract/transport.ts';
import type { ShopUrls } from './job.ts';

/**
 * What is read of a shop after a run. The schemas are looser than the contract's on purpose: a shop that sold too much must be read
 * and told, not refused for its negative number.
 */
const FoundOrder = z.object({
  id: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  lines: z.array(z.object({ productId: z.string(), quantity: z.number() })),
});
/** An order as the shop shows it. */
export type FoundOrder = z.output<typeof FoundOrder>;

const FoundProduct = z.object({
  id: z.string(),
  version: z.number(),
  stock: z.object({ onHand: z.number(), held: z.number(), available: z.number() }),
  photos: z.array(z.object({ id: z.string(), state: z.string() })),
});
/** A product as the shop shows it. */
export type FoundProduct = z.output<typeof FoundProduct>;

const OrderPage = z.object({ items: z.array(FoundOrder), nextCursor: z.string().nullable() });

/** Reads a shop over HTTP. A shop that has just been under load gets another chance where it is overloaded. */
export type ShopReader = {
  /** The orders of a customer that are newer than `newest`, all if that is null. */
  readonly ordersOf: (token: string, newest: string | null) => Promise<readonly FoundOrder[]>;
  /** One order; undefined: the shop does not know it. */
  readonly order: (token: string, id: string) => Promise<FoundOrder | undefined>;
  readonly product: (id: string) => Promise<FoundProduct | undefined>;
};

const BETWEEN_MS = 200;

/** Makes a reader. It rejects with what the shop said when it still refuses at `end`, ms since the epoch. */
export const makeShopReader = (urls: ShopUrls, transport: Transport, end: number): ShopReader => {
  const once = async (baseUrl: string, path: string, token?: string): Promise<unknown> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const reply = await transport.send({ baseUrl, method: 'GET', path, headers });
    if (reply.status === 404) return undefined;
    if (reply.status !== 200) throw new Error(`GET ${path} was answered ${reply.status}`);
    return JSON.parse(new TextDecoder().decode(reply.bytes));
  };
  const get = async (baseUrl: string, path: string, token?: string): Promise<unknown> => {
    for (;;) {
      try {
        return await once(baseUrl, path, token);
      } catch (error) {
        if (Date.now() >= end) throw error;
        await sleep(BETWEEN_MS);
      }
    }
  };
  return {
    ordersOf: async (token, newest) => {
      const orders: FoundOrder[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const path: string = `/orders?limit=100${cursor && `&cursor=${cursor}`}`;
        const page: z.output<typeof OrderPage> = OrderPage.parse(await get(urls.orders, path, token));
        const known = newest === null ? -1 : page.items.findIndex(({ id }) => id === newest);
        orders.push(...(known < 0 ? page.items : page.items.slice(0, known)));
        cursor = known < 0 ? page.nextCursor : null;
      }
      return orders;
    },
    order: async (token, id) => FoundOrder.optional().parse(await get(urls.orders, `/orders/${id}`, token)),
    product: async (id) => FoundProduct.optional().parse(await get(urls.inventory, `/products/${id}`)),
  };
};
