import { DomainError } from '../kernel/errors.ts';
import { hashSecret } from '../kernel/secret.ts';
import { type IssueDeps, issueTokens } from './issue-tokens.ts';
import type { AccountStore, SessionStore } from './ports.ts';
import type { RefreshInput, Tokens } from './schema.ts';

/** Exchanges a refresh token for new tokens. */
export type RefreshSession = (input: RefreshInput) => Promise<Tokens>;

/**
 * Rotates a refresh token: it works once. A token that comes a second time was stolen or its reply was lost; which of
 * the two cannot be known, so its whole family is revoked (RFC 9700, section 4.14.2).
 *
 * @throws DomainError `unauthenticated`, the same for every reason
 */
export const makeRefreshSession =
  (deps: IssueDeps & { accounts: AccountStore; sessions: SessionStore }): RefreshSession =>
  async (input) => {
    const refused = new DomainError('unauthenticated', { detail: 'The refresh token is not valid.' });
    const found = await deps.sessions.find(hashSecret(input.refreshToken));
    if (!found || found.familyRevoked || found.expiresAt <= deps.clock()) throw refused;
    const account = await deps.accounts.findById(found.accountId);
    if (!account) throw refused;
    if (!found.used) {
      const { tokens, stored } = await issueTokens(deps, account, found.familyId);
      if (await deps.sessions.rotate(found.hash, stored)) return tokens;
    }
    await deps.sessions.revokeFamily(found.familyId);
    throw refused;
  };
