import { type Client, makeClient } from '../../shared/contract/client.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import type { LoggedIn, ShopUrls } from './job.ts';

/** A client of the shop at these URLs. */
export const makeShopClient = (urls: ShopUrls, transport: Transport): Client =>
  makeClient({ baseUrlOf: ({ context }) => urls[context], transport });

type AnyReply = { readonly ok: boolean; readonly status: number };

/**
 * A reply that must be a success.
 *
 * @throws Error that says what could not be done, with the refusal's status and code
 */
export const must = <R extends AnyReply>(what: string, reply: R): Extract<R, { readonly ok: true }> => {
  if (reply.ok) return reply as Extract<R, { readonly ok: true }>;
  const { code } = reply as { readonly code?: string };
  throw new Error(`The shop would not ${what}: ${reply.status}${code ? ` ${code}` : ''}.`);
};

/** Logs in. Throws when the shop refuses. */
export const logIn = async (
  client: Client,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<LoggedIn> => {
  const asked = Date.now();
  const { body } = must(`log ${email} in`, await client.logIn({ body: { email, password } }));
  return { email, password, token: body.accessToken, expiresAt: asked + body.expiresIn * 1_000 };
};
