import { randomUUID } from 'node:crypto';

/** What a planted fault does to the fake shop, once. */
export type Fault =
  | 'none'
  /** The last unit is sold twice. */
  | 'oversell'
  /** An accepted order vanishes. */
  | 'lose-order'
  /** An order appears that nobody sent. */
  | 'double-order'
  /** A key that comes again makes a second order. */
  | 'forget-key'
  /** The units of a cancelled order do not go back. */
  | 'keep-units'
  /** An order never settles. */
  | 'never-settle'
  /** A cancelled order is CONFIRMED again. */
  | 'revive-order'
  /** An order of something that is there is rejected. */
  | 'reject-wrongly'
  /** An answered change of stock is undone. */
  | 'lose-edit'
  /** A photo is never made. */
  | 'lose-photo'
  /** An order is kept with more units than were ordered. */
  | 'change-lines';

/** A reply of the fake shop; an undefined body is none. */
export type Reply = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
};

/** A product of the fake shop. */
export type FakeProduct = {
  readonly id: string;
  readonly isScarce: boolean;
  version: number;
  onHand: number;
  held: number;
  readonly photos: { readonly id: string; readonly state: string }[];
};

type FakeOrder = {
  readonly id: string;
  readonly owner: string;
  readonly key: string;
  state: string;
  reason: string | null;
  lines: readonly { readonly productId: string; readonly quantity: number }[];
  looks: number;
};

const view = ({ id, state, reason, lines }: FakeOrder) => ({ id, state, reason, lines });

/** The orders of the fake shop. An order settles when it is looked at for the second time. */
export const makeFakeOrders = (
  products: ReadonlyMap<string, FakeProduct>,
  once: (kind: Fault) => boolean,
) => {
  const orders: FakeOrder[] = [];

  const hold = ({ lines }: FakeOrder, sign: 1 | -1): void => {
    for (const { productId, quantity } of lines) {
      const shelf = products.get(productId);
      if (shelf) shelf.held += sign * quantity;
    }
  };
  const settle = (order: FakeOrder): void => {
    if (order.state !== 'PENDING') return;
    if (once('never-settle')) order.looks = Number.NEGATIVE_INFINITY;
    order.looks += 1;
    if (order.looks < 2) return;
    const shelves = order.lines.map(({ productId, quantity }) => ({
      shelf: products.get(productId),
      quantity,
    }));
    const lacks = shelves.some(({ shelf, quantity }) => !shelf || shelf.onHand - shelf.held < quantity);
    const isPlenty = shelves.every(({ shelf }) => shelf?.isScarce === false);
    if ((lacks && !once('oversell')) || (isPlenty && once('reject-wrongly'))) {
      order.state = 'REJECTED';
      order.reason = 'out-of-stock';
      return;
    }
    hold(order, 1);
    order.state = 'CONFIRMED';
  };
  const find = (owner: string, id: string) => orders.find((one) => one.id === id && one.owner === owner);

  return {
    place: (owner: string, key: string, lines: FakeOrder['lines']): Reply => {
      const known = orders.find((order) => order.owner === owner && order.key === key);
      if (known && !once('forget-key')) return { status: 202, body: { ...view(known), state: 'PENDING' } };
      const order = { id: randomUUID(), owner, key, state: 'PENDING', reason: null, lines, looks: 0 };
      if (!once('lose-order')) orders.push(order);
      if (once('double-order')) orders.push({ ...order, id: randomUUID(), key: `${key}-twin` });
      if (once('change-lines')) {
        order.lines = lines.map((line) => ({ ...line, quantity: line.quantity + 1 }));
      }
      return { status: 202, body: view(order) };
    },
    cancel: (owner: string, id: string): Reply => {
      const order = find(owner, id);
      if (!order) return { status: 404, body: {} };
      if (order.state === 'REJECTED') return { status: 409, body: {} };
      if (order.state === 'CONFIRMED' && !once('keep-units')) hold(order, -1);
      order.state = 'CANCELLED';
      const reply = { status: 200, body: view(order) };
      if (once('revive-order')) {
        order.state = 'CONFIRMED';
        hold(order, 1);
      }
      return reply;
    },
    read: (owner: string, id: string): Reply => {
      const order = find(owner, id);
      if (!order) return { status: 404, body: {} };
      settle(order);
      return { status: 200, body: view(order) };
    },
    list: (owner: string): Reply => {
      const own = orders.filter((order) => order.owner === owner);
      for (const order of own) settle(order);
      return { status: 200, body: { items: own.map(view).reverse(), nextCursor: null } };
    },
  };
};
