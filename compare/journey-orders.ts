import { type UseCase, useCaseOf } from './files.ts';
import { type Body, keep, recall, type Step } from './step.ts';
import type { Walk } from './walk.ts';

const order = (walk: Walk, name: string, quantity: number) => ({
  token: recall(walk, 'token'),
  key: `journey-${name}-${walk.unique}`,
  body: { lines: [{ productId: recall(walk, 'product'), quantity }] },
});

const stateIs =
  (...states: readonly string[]) =>
  (body: unknown): boolean =>
    states.includes(String((body as Body)['state']));

const relayAnd = (...useCases: readonly UseCase[]): readonly UseCase[] => [
  { context: 'orders', name: 'relay-order-events' },
  ...useCases,
];

const ORDER = { context: 'orders' } as const;
const STOCK = { context: 'inventory' } as const;

/** The steps from the order to its cancellation. */
export const orderSteps: readonly Step[] = [
  {
    id: 'order',
    title: 'Order',
    says: '202: the order is PENDING, written in one transaction with its key and its event.',
    useCases: [useCaseOf('placeOrder')],
    run: async (walk) => {
      keep(walk, 'ordered at', String(performance.now()));
      const body = (await walk.send('placeOrder', order(walk, 'order', 1))) as Body;
      keep(walk, 'order', body['id']);
    },
  },
  {
    id: 'confirmed',
    title: 'Confirmed',
    says: 'From the order being sent until it is seen CONFIRMED: through the outbox, the bus, the reservation of the stock, and back.',
    useCases: relayAnd(
      { ...STOCK, name: 'reserve-stock' },
      { ...STOCK, name: 'relay-inventory-events' },
      { ...ORDER, name: 'settle-order' },
      useCaseOf('getOrder'),
    ),
    run: async (walk) => {
      walk.timeFrom(Number(recall(walk, 'ordered at')));
      const request = { params: { id: recall(walk, 'order') }, token: recall(walk, 'token') };
      await walk.until('getOrder', request, stateIs('CONFIRMED', 'REJECTED', 'CANCELLED'));
    },
  },
  {
    id: 'replay',
    title: 'Send the same order again',
    says: 'The same key gets the first answer again, to the byte, and no second order.',
    useCases: [useCaseOf('placeOrder')],
    run: async (walk) => void (await walk.send('placeOrder', order(walk, 'order', 1))),
  },
  {
    id: 'out-of-stock',
    title: 'Out of stock',
    says: 'Two are wanted and one is left: the order is taken, and ends REJECTED.',
    useCases: [
      useCaseOf('placeOrder'),
      ...relayAnd({ ...STOCK, name: 'reserve-stock' }, { ...ORDER, name: 'settle-order' }),
    ],
    run: async (walk) => {
      const body = (await walk.send('placeOrder', order(walk, 'too-many', 2))) as Body;
      const request = { params: { id: String(body['id']) }, token: recall(walk, 'token') };
      await walk.until('getOrder', request, stateIs('CONFIRMED', 'REJECTED', 'CANCELLED'));
    },
  },
  {
    id: 'cancel',
    title: 'Cancel',
    says: 'The confirmed order is cancelled at once, and its unit goes back on the shelf.',
    useCases: [useCaseOf('cancelOrder'), ...relayAnd({ ...STOCK, name: 'release-stock' })],
    run: async (walk) => {
      await walk.send('cancelOrder', { params: { id: recall(walk, 'order') }, token: recall(walk, 'token') });
      await walk.until('getProduct', { params: { id: recall(walk, 'product') } }, (product) => {
        return (product as { stock?: { available: number } }).stock?.available === 2;
      });
    },
  },
];
