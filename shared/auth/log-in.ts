import { DomainError } from '../kernel/errors.ts';
import type { NewId } from '../kernel/ids.ts';
import { hashSecret } from '../kernel/secret.ts';
import { type IssueDeps, issueTokens } from './issue-tokens.ts';
import { networkOf } from './network-of.ts';
import type { AccountStore, AttemptLimit, AttemptStore, PasswordHasher, SessionStore } from './ports.ts';
import type { LogInInput, Tokens } from './schema.ts';

/** Logs an account in; `ip` is the caller's address. */
export type LogIn = (input: LogInInput, ip: string) => Promise<Tokens>;

const MINUTE = 60_000;

/** The limits on failed log-ins: account and address, address alone, account alone. */
export const loginLimits = (email: string, ip: string): readonly AttemptLimit[] => {
  const account = hashSecret(email);
  const from = networkOf(ip);
  return [
    { key: `account-ip:${account}:${from}`, limit: 10, windowMs: 15 * MINUTE },
    { key: `ip:${from}`, limit: 50, windowMs: 15 * MINUTE },
    { key: `account:${account}`, limit: 100, windowMs: 60 * MINUTE },
  ];
};

/**
 * Logs in with address and password. An attempt is counted before the password is looked at and given back when it
 * is right or was never looked at, so that many guesses at once never pass a limit and a rightful customer is never
 * counted. An unknown address costs the same hash as a known one.
 *
 * @throws DomainError `unauthenticated`, the same for every reason; `rate-limited`; `overloaded`
 */
export const makeLogIn =
  (
    deps: IssueDeps & {
      accounts: AccountStore;
      sessions: SessionStore;
      attempts: AttemptStore;
      hasher: PasswordHasher;
      newId: NewId;
    },
  ): LogIn =>
  async (input, ip) => {
    const limits = loginLimits(input.email, ip);
    const now = deps.clock();
    const waitMs = await deps.attempts.take(limits, now);
    if (waitMs > 0) throw new DomainError('rate-limited', { retryAfter: waitMs / 1000 });
    const giveBack = () => deps.attempts.refund(limits, now);
    const account = await deps.accounts.findByEmail(input.email);
    const right = await deps.hasher
      .verify(account?.passwordHash, input.password)
      .catch(async (error: unknown) => {
        await giveBack();
        throw error;
      });
    if (!account || !right) {
      throw new DomainError('unauthenticated', { detail: 'The address or the password is wrong.' });
    }
    await giveBack();
    const { tokens, stored } = await issueTokens(deps, account, deps.newId());
    await deps.sessions.start(stored);
    return tokens;
  };
