import type { OrderView } from '@duet/shared/orders/schema.ts';
import { newKey, newProduct, settledOrder } from '../../support/goods.ts';
import { newCustomer, type Person } from '../../support/people.ts';
import type { Shop } from '../../support/shop.ts';
import { newAddress } from '../../support/wire.ts';
import type { Shot } from './open-loop.ts';

/** What customers do with a shop, as shots for a load. */
export type ShopShots = {
  readonly customer: Person;
  readonly productId: string;
  readonly shot: (number: number) => Shot;
  /** Ids of the orders that were accepted so far, one for each POST /orders that was answered. */
  readonly placed: readonly string[];
};

/** Stock that no load here exhausts. */
const PLENTY = 900_000;

/** Shots between two log-ins: a password costs 26 ms of CPU, so at 50 requests a second one log-in in two seconds. */
const LOG_IN_EVERY = 100;

/**
 * Makes a customer, a product and an order, and of these a mix of reads and orders: of ten requests three place an order
 * with a key of their own, two list products, two read one, three read an order. `withAuth` puts in the place of some
 * reads the key set, and now and then a log-in; `readsOnly` reads an order instead of placing one.
 */
export const makeShopShots = async (
  shop: Shop,
  { withAuth = false, readsOnly = false } = {},
): Promise<ShopShots> => {
  const customer = await newCustomer(shop);
  const { id: productId } = await newProduct(shop, { onHand: PLENTY });
  const lines = [{ productId, quantity: 1 }];
  const placed = [(await settledOrder(shop, customer, lines)).id];
  const authorization = `Bearer ${customer.token}`;
  const type = { 'content-type': 'application/json' };

  const placeOrder = (): Shot => ({
    kind: 'POST /orders',
    method: 'POST',
    path: '/orders',
    headers: { ...type, authorization, 'idempotency-key': newKey() },
    body: JSON.stringify({ lines }),
    status: 202,
    onBody: (text) => placed.push((JSON.parse(text) as OrderView).id),
  });
  const readOrder = (number: number): Shot => {
    const path = `/orders/${placed[(number * 7) % placed.length]}`;
    return { kind: 'GET /orders/{id}', method: 'GET', path, headers: { authorization }, status: 200 };
  };
  const read = (kind: string, path = kind.slice(4)): Shot => ({ kind, method: 'GET', path, status: 200 });
  const listProducts = (): Shot => ({ ...read('GET /products'), path: '/products?limit=10' });
  const readProduct = (): Shot => read('GET /products/{id}', `/products/${productId}`);
  const readKeys = (): Shot => read('GET /.well-known/jwks.json');
  const logIn = (): Shot => ({
    kind: 'POST /auth/login',
    method: 'POST',
    path: '/auth/login',
    headers: { ...type, 'x-forwarded-for': newAddress() },
    body: JSON.stringify({ email: customer.email, password: customer.password }),
    status: 200,
  });

  const place = readsOnly ? readOrder : placeOrder;
  const list = withAuth ? readKeys : listProducts;
  const one = withAuth ? readKeys : readProduct;
  const mix = [place, readProduct, readOrder, list, place, readOrder, listProducts, place, one, readOrder];
  const shot = (number: number): Shot => {
    if (withAuth && number % LOG_IN_EVERY === 3) return logIn();
    return (mix[number % mix.length] ?? readProduct)(number);
  };
  return { customer, productId, shot, placed };
};
