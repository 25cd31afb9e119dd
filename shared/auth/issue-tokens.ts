import { ACCESS_TOKEN_SECONDS, accessTokenUse } from '../kernel/access.ts';
import type { Clock } from '../kernel/ids.ts';
import { hashSecret, type NewSecret } from '../kernel/secret.ts';
import type { SignToken } from '../kernel/token.ts';
import type { Account, RefreshToken } from './ports.ts';
import type { Tokens } from './schema.ts';

/** Life of a refresh token in seconds: 30 days from its own issue. */
export const REFRESH_TOKEN_SECONDS = 30 * 24 * 3600;

/** What it takes to issue tokens. `issuer` is auth's name in every token. */
export type IssueDeps = { sign: SignToken; clock: Clock; newSecret: NewSecret; issuer: string };

/** Makes the reply of a log-in or refresh, and the refresh token as it is to be stored. */
export const issueTokens = async (
  deps: IssueDeps,
  account: Account,
  familyId: string,
): Promise<{ readonly tokens: Tokens; readonly stored: RefreshToken }> => {
  const refreshToken = deps.newSecret();
  const claims = { sub: account.id, role: account.role };
  const tokens: Tokens = {
    accessToken: await deps.sign(accessTokenUse(deps.issuer), ACCESS_TOKEN_SECONDS, claims),
    tokenType: 'Bearer',
    expiresIn: ACCESS_TOKEN_SECONDS,
    refreshToken,
    refreshExpiresIn: REFRESH_TOKEN_SECONDS,
  };
  const expiresAt = deps.clock() + REFRESH_TOKEN_SECONDS * 1000;
  return { tokens, stored: { hash: hashSecret(refreshToken), familyId, accountId: account.id, expiresAt } };
};
