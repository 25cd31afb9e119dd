import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, makeClient } from '../../shared/contract/client.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import type { LoggedIn, ShopUrls } from './job.ts';

/** A client of the shop at these URLs. */
export const makeShopClient = (urls: ShopUrls, transport: Transport): Client =>
  makeClient({ baseUrlOf: ({ context }) => urls[context], transport });

type AnyReply = { readonly ok: boolean; readonly status: number };

/** A shop that starts cold, or is overloaded, is asked so often again, with so long between, in ms. */
const TRIES = 10;
const BETWEEN_MS = 300;

const mayPass = ({ status }: AnyReply): boolean => status === 429 || status === 503;

/**
 * Makes a call that must succeed, again and again while the shop is overloaded or does not answer: it may only be one that may be
 * repeated.
 *
 * @throws Error that says what could not be done, with the refusal's status and code
 */
export const must = async <R extends AnyReply>(
  what: string,
  call: () => Promise<R>,
): Promise<Extract<R, { readonly ok: true }>> => {
  for (let tries = 1; ; tries += 1) {
    const isLast = tries === TRIES;
    const reply = await call().catch((error: unknown) => {
      if (isLast) throw new Error(`The shop did not ${what}.`, { cause: error });
      return undefined;
    });
    if (reply?.ok) return reply as Extract<R, { readonly ok: true }>;
    if (reply && (isLast || !mayPass(reply))) {
      const { code } = reply as { readonly code?: string };
      throw new Error(`The shop would not ${what}: ${reply.status}${code ? ` ${code}` : ''}.`);
    }
    await sleep(BETWEEN_MS);
  }
};

/** Logs in. Throws when the shop refuses. */
export const logIn = async (
  client: Client,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<LoggedIn> => {
  const asked = Date.now();
  const { body } = await must(`log ${email} in`, () => client.logIn({ body: { email, password } }));
  return { email, password, token: body.accessToken, expiresAt: asked + body.expiresIn * 1_000 };
};
