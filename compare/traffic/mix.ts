/** Who comes to the shop, how often, and what they do: every weight, chance and time of the traffic is in this file. */

/** How many goods customers choose among; each run's preparation creates those that are missing. */
export const CATALOGUE = 100;
/** Products to which photos are uploaded. They come after the catalogue, where customers do not look, so that its pages keep their size. */
export const PICTURED = 20;
/** Pages of the shop's listing that customers open, of `PAGE_SIZE` products; the first ones most. */
export const PAGES = 5;
export const PAGE_SIZE = 20;
/** Units of a product in stock at the start of a run: more than a run sells. */
export const PLENTY = 100_000;
/** Units of a scarce one: sold out soon, so that orders are rejected and the last unit is fought for. */
export const FEW = 20;
/** Every tenth product is scarce, beginning with the fifth most popular. */
export const isScarce = (rank: number): boolean => rank % 10 === 4;

/** Customers who have an account before the run. */
export const CUSTOMERS = 16;

/** Mean time between two steps of a session, in s: some 5 s of a person at a tenth, so that whole sessions fit into a short run. */
export const THINK_SECONDS = 0.5;
/** A longer thought, in means, is cut: with it a session's length has a bound. */
export const LONGEST_THINK = 4;
/** The product of rank n is chosen in proportion to n to the minus this. */
export const ZIPF_EXPONENT = 1;

/** Shares of orders with one, two and three lines. */
export const LINE_SHARES = [0.6, 0.3, 0.1] as const;
/** Units of a line: from one to so many, each as likely. */
export const MOST_UNITS = 3;
/** Units that an administrator adds to what is on hand: from one to so many. */
export const MOST_ADDED = 10;

/**
 * An order is first looked at so long after its 202, in ms, plus up to half of it by chance, so that the moments of looking do not
 * decide what is measured; then after intervals that grow by a half, to the longest.
 */
export const FIRST_LOOK_MS = 20;
export const LOOK_GROWTH = 1.5;
export const LONGEST_LOOK_MS = 500;
/** After so long, in ms, an order or a photo counts as not settled, and is looked at no more. */
export const SETTLE_LIMIT_MS = 10_000;

/** A planned request; most are named for the use case. `check-stock` is an administrator's GET of a product, `repeat-order` the same order with the same key again. */
export type Operation =
  | 'register-account'
  | 'log-in'
  | 'list-products'
  | 'get-product'
  | 'place-order'
  | 'repeat-order'
  | 'list-orders'
  | 'cancel-order'
  | 'check-stock'
  | 'set-stock'
  | 'request-upload'
  | 'upload-photo';

/** A step of a session: one planned request, done with a chance from 0 to 1. */
export type Step = { readonly operation: Operation; readonly chance: number };

const step = (operation: Operation, chance = 1): Step => ({ operation, chance });

const LOOKS = [step('list-products'), step('get-product')];
const BUYS = [
  step('place-order'),
  step('repeat-order', 0.05),
  step('list-orders', 0.2),
  step('cancel-order', 0.15),
];

/** What the sessions of a kind consist of. Orders and photos are followed until they are settled, beside the steps. */
export const KINDS = {
  /** Looks around without an account. */
  browser: [...LOOKS, step('get-product'), step('get-product', 0.5), step('list-products', 0.3)],
  /** A customer who is still logged in. */
  returning: [...LOOKS, ...BUYS],
  /** A customer who logs in first: one password hash. */
  buyer: [step('log-in'), ...LOOKS, step('get-product'), ...BUYS],
  /** Someone who registers, logs in and buys: two password hashes. */
  newcomer: [step('register-account'), step('log-in'), ...LOOKS, ...BUYS],
  /** An administrator who corrects the stock of a product; another one may be faster, which is a 412 and no failure. */
  stockkeeper: [step('check-stock'), step('set-stock')],
  /** An administrator who adds a photo to a product. */
  photographer: [step('request-upload'), step('upload-photo')],
} as const satisfies Readonly<Record<string, readonly Step[]>>;

/** A kind of session. */
export type Kind = keyof typeof KINDS;
/** Every kind, in the order in which they are drawn. */
export const KIND_NAMES = Object.keys(KINDS) as readonly Kind[];

/** Relative frequencies of the kinds among sessions; one that is missing does not come. */
export type Weights = Readonly<Partial<Record<Kind, number>>>;

/** The mixes that have a name, each with what it is for. */
export const MIXES = {
  shop: {
    says: 'a whole shop: most look, one in four orders, administrators work beside them',
    weights: { browser: 68, returning: 18, buyer: 5, newcomer: 2, stockkeeper: 6, photographer: 1 },
  },
  browse: { says: 'reads only: nobody has an account', weights: { browser: 1 } },
  orders: {
    says: 'writes and messages: nine of ten sessions order',
    weights: { returning: 80, buyer: 10, browser: 10 },
  },
  photos: {
    says: 'many uploads, which cost far more CPU than any other request',
    weights: { browser: 70, photographer: 30 },
  },
} as const satisfies Readonly<Record<string, { readonly says: string; readonly weights: Weights }>>;

/** Requests that a session of a kind plans, on average; what it polls is not among them. */
export const requestsOf = (kind: Kind): number => KINDS[kind].reduce((sum, { chance }) => sum + chance, 0);
