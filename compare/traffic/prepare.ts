import { randomBytes } from 'node:crypto';
import type { Client } from '../../shared/contract/client.ts';
import { makeTransport, type Transport } from '../../shared/contract/transport.ts';
import { journeyPhoto } from '../photo.ts';
import { atMost } from './at-most.ts';
import type { LoggedIn, Prepared, PreparedCustomer, PreparedProduct, ShopUrls } from './job.ts';
import { CATALOGUE, CUSTOMERS, FEW, isScarce, PAGE_SIZE, PAGES, PICTURED, PLENTY } from './mix.ts';
import { logIn, makeShopClient, must } from './shop-client.ts';
import { topUp } from './top-up.ts';

/** What a preparation needs. `earlier`: that of another run on the same data, which is topped up instead. */
export type PrepareOptions = {
  readonly urls: ShopUrls;
  readonly administrator: { readonly email: string; readonly password: string };
  readonly earlier?: Prepared | undefined;
  /** Closed by whoever made it; one of its own if absent. */
  readonly transport?: Transport;
};

/** The services hash four passwords at once and let 32 wait: four at a time are refused by none of them. */
export const HASHES_AT_ONCE = 4;
/** Other requests at once, beside those: each may start a process of its own in a shop that is still cold. */
const REQUESTS_AT_ONCE = 4;

const createProduct = async (
  client: Client,
  { token }: LoggedIn,
  key: string,
  name: string,
  onHand: number,
): Promise<PreparedProduct> => {
  const body = { name, description: 'Made for a load test.', priceCents: 1_990, onHand };
  const reply = await must('create a product', () =>
    client.createProduct({ token, idempotencyKey: key, body }),
  );
  const { id, stock, version } = reply.body;
  return { id, onHand: stock.onHand, held: stock.held, version };
};

const createCustomer = async (client: Client, unique: string, index: number): Promise<PreparedCustomer> => {
  const account = {
    email: `load-${unique}-${index}@duet.example`,
    password: randomBytes(12).toString('base64url'),
  };
  await must('register a customer', () => client.registerAccount({ body: account }));
  return { ...(await logIn(client, account)), newest: null };
};

/** Cursors of the listing's first pages, as a customer who leafs through it gets them. */
const readPages = async (client: Client): Promise<readonly (string | null)[]> => {
  const pages: (string | null)[] = [];
  let cursor: string | null = null;
  do {
    pages.push(cursor);
    const query: { limit: string; cursor?: string } = { limit: String(PAGE_SIZE), ...(cursor && { cursor }) };
    const reply = await must('list its products', () => client.listProducts({ query }));
    cursor = reply.body.nextCursor;
  } while (cursor !== null && pages.length < PAGES);
  return pages;
};

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const prepareAnew = async (client: Client, administrator: LoggedIn): Promise<Prepared> => {
  const unique = randomBytes(5).toString('hex');
  const makeProducts = async () => {
    const products = await atMost(REQUESTS_AT_ONCE, numbers(CATALOGUE), (rank) => {
      const onHand = isScarce(rank) ? FEW : PLENTY;
      return createProduct(client, administrator, `${unique}-p${rank}`, `Load ${unique} ${rank + 1}`, onHand);
    });
    // Only now, so that they come after the catalogue in the listing.
    const pictured = await atMost(REQUESTS_AT_ONCE, numbers(PICTURED), (index) =>
      createProduct(client, administrator, `${unique}-q${index}`, `Photos ${unique} ${index + 1}`, 0),
    );
    return { products, pictured: pictured.map(({ id }) => id), pages: await readPages(client) };
  };
  const [goods, customers, photo] = await Promise.all([
    makeProducts(),
    atMost(HASHES_AT_ONCE, numbers(CUSTOMERS), (index) => createCustomer(client, unique, index)),
    journeyPhoto(),
  ]);
  return { unique, administrator, customers, ...goods, photo: Buffer.from(photo).toString('base64') };
};

/**
 * Makes a shop ready for a run: a catalogue with known stock, customers with access tokens, an administrator's token and a photo.
 * With `earlier`, what is there already is used: stock is filled up again, tokens are renewed, and figures are read anew.
 *
 * @throws Error when the shop refuses something
 */
export const prepare = async (options: PrepareOptions): Promise<Prepared> => {
  const { urls, earlier } = options;
  const transport = options.transport ?? makeTransport();
  try {
    const client = makeShopClient(urls, transport);
    const administrator = await logIn(client, options.administrator);
    const topped = earlier && (await topUp(client, administrator, earlier));
    return topped ?? (await prepareAnew(client, administrator));
  } finally {
    if (!options.transport) await transport.close();
  }
};
