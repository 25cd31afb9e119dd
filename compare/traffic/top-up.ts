import { randomBytes } from 'node:crypto';
import type { Client } from '../../shared/contract/client.ts';
import { atMost } from './at-most.ts';
import type { LoggedIn, Prepared, PreparedCustomer, PreparedProduct } from './job.ts';
import { FEW, isScarce, PLENTY } from './mix.ts';
import { logIn, must } from './shop-client.ts';

/** A token that lives shorter than this, in ms, is renewed before a run. */
const FRESH_MS = 10 * 60_000;

const AT_ONCE = 4;

/** What should be available of a product, and below how much it is filled up. */
const levelOf = (rank: number): { readonly fill: number; readonly below: number } =>
  isScarce(rank) ? { fill: FEW, below: FEW } : { fill: PLENTY, below: PLENTY / 2 };

const fill = async (
  client: Client,
  token: string,
  id: string,
  rank: number,
): Promise<PreparedProduct | undefined> => {
  let isUnknown = false;
  const seen = await must('show a product', async () => {
    const reply = await client.getProduct({ params: { id } });
    isUnknown = reply.status === 404;
    return reply;
  }).catch((error: unknown) => {
    if (isUnknown) return undefined;
    throw error;
  });
  if (!seen) return undefined;
  const product = seen.body;
  const { fill: units, below } = levelOf(rank);
  const { held, onHand, available } = product.stock;
  if (available >= below) return { id, onHand, held, version: product.version };
  const call = {
    params: { id },
    token,
    ifMatch: `"${product.version}"`,
    body: { onHand: held + units },
  };
  const { stock, version } = (await must('fill its stock', () => client.setStock(call))).body;
  return { id, onHand: stock.onHand, held: stock.held, version };
};

const refresh = async (client: Client, customer: PreparedCustomer): Promise<PreparedCustomer> => {
  const isFresh = customer.expiresAt - Date.now() > FRESH_MS;
  const { email, password, token, expiresAt } = isFresh ? customer : await logIn(client, customer);
  const newest = await must('list orders', () => client.listOrders({ token, query: { limit: '1' } }));
  return { email, password, token, expiresAt, newest: newest.body.items[0]?.id ?? null };
};

/**
 * Makes an earlier preparation of the same shop ready for one more run.
 *
 * @returns undefined when the shop does not know its products, so that it was another shop's
 * @throws Error when the shop refuses something
 */
export const topUp = async (
  client: Client,
  administrator: LoggedIn,
  earlier: Prepared,
): Promise<Prepared | undefined> => {
  const filled = await atMost(AT_ONCE, earlier.products, ({ id }, rank) =>
    fill(client, administrator.token, id, rank),
  );
  const products = filled.filter((product) => product !== undefined);
  if (products.length < filled.length) return undefined;
  const customers = await atMost(AT_ONCE, earlier.customers, (customer) => refresh(client, customer));
  return { ...earlier, unique: randomBytes(5).toString('hex'), administrator, customers, products };
};
