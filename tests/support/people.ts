import { randomUUID } from 'node:crypto';
import { type Credentials, ok, type Shop } from './shop.ts';
import { newAddress } from './wire.ts';

/** Somebody with an account who has logged in. */
export type Person = Credentials & {
  readonly id: string;
  readonly token: string;
  readonly refreshToken: string;
  /** The loopback address that they call from. */
  readonly from: string;
};

/** A new address and password that satisfy the contract. */
export const newCredentials = (): Credentials => ({
  email: `${randomUUID()}@example.com`,
  password: `pass ${randomUUID()}`,
});

/** The subject of an access token, not verified: the tests only want to know who they are. */
export const subjectOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }).sub;

/** Logs somebody in. */
export const logIn = async (shop: Shop, credentials: Credentials, from = newAddress()): Promise<Person> => {
  const { email, password } = credentials;
  const { body } = await ok(shop, 'logIn', { body: { email, password }, from });
  const { accessToken: token, refreshToken } = body;
  return { email, password, id: subjectOf(token), token, refreshToken, from };
};

/** Registers a new customer and logs them in. */
export const newCustomer = async (shop: Shop): Promise<Person> => {
  const credentials = newCredentials();
  const from = newAddress();
  await ok(shop, 'registerAccount', { body: credentials, from });
  return logIn(shop, credentials, from);
};

const remembered = new WeakMap<Shop, Map<string, Promise<Person>>>();

const once = (shop: Shop, who: string, make: () => Promise<Person>): Promise<Person> => {
  const known = remembered.get(shop) ?? new Map<string, Promise<Person>>();
  remembered.set(shop, known);
  const person = known.get(who) ?? make();
  known.set(who, person);
  return person;
};

/** The shop's administrator, logged in once for a test file. */
export const administrator = (shop: Shop): Promise<Person> =>
  once(shop, 'admin', () => logIn(shop, shop.admin));

/** A customer for tests to which it does not matter who it is, made once for a test file. */
export const someCustomer = (shop: Shop): Promise<Person> => once(shop, 'customer', () => newCustomer(shop));
