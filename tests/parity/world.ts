import { newProduct } from '../support/goods.ts';
import { administrator, newCustomer, type Person } from '../support/people.ts';
import type { CallOptions, Shop } from '../support/shop.ts';
import { makeNormalise, type Normalise } from './normalise.ts';

/** A customer with the refresh tokens that they have had. */
export type Customer = Person & { used: string[]; latest: string };

/** An order as the world keeps it: what it was for, whose it is, and how it stood when last seen. */
export type KnownOrder = {
  readonly id: string;
  readonly owner: number;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  state: string;
};

/** What the steps of one run have made of one stack. Every run has people and products of its own. */
export type World = {
  readonly shop: Shop;
  readonly admin: Person;
  readonly customers: Customer[];
  readonly products: string[];
  /** A product that never runs out and that no other step sees: its stock moves while nobody looks. */
  readonly spare: string;
  readonly orders: KnownOrder[];
  /** The last keyed request of each route, for replays. */
  readonly keyed: Map<string, CallOptions>;
  readonly normalise: Normalise;
};

/** The stock of the products that a world starts with: some to sell out soon, some to last a while, none at all. */
const STOCK = [4, 12, 0];

/** Opens a world: two customers, three products. */
export const openWorld = async (shop: Shop): Promise<World> => {
  const admin = await administrator(shop);
  const customers: Customer[] = [];
  const products: string[] = [];
  const normalise = makeNormalise();
  for (const person of await Promise.all([newCustomer(shop), newCustomer(shop)])) {
    customers.push({ ...person, used: [], latest: person.refreshToken });
    normalise(person.id);
  }
  const { id: spare } = await newProduct(shop, { onHand: 1_000_000 });
  normalise(spare);
  for (const onHand of STOCK) {
    const { id } = await newProduct(shop, { onHand, priceCents: 100 + onHand });
    products.push(id);
    normalise(id);
  }
  return { shop, admin, customers, products, spare, orders: [], keyed: new Map(), normalise };
};

/** The id that a world gives to a product which does not exist. */
export const NO_PRODUCT = '00000000-0000-4000-8000-000000000000';

/** The n-th product; beyond the last one an unknown id. */
export const productOf = (world: World, n: number): string => world.products[n] ?? NO_PRODUCT;

/** The n-th customer, counted round. */
export const customerOf = (world: World, n: number): Customer => {
  const customer = world.customers[n % world.customers.length];
  if (!customer) throw new Error('a world has customers');
  return customer;
};
