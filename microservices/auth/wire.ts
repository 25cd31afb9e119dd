import { makeGetJwks } from '@duet/shared/auth/get-jwks.ts';
import { makeLogIn } from '@duet/shared/auth/log-in.ts';
import type { AccountStore, AttemptStore, PasswordHasher, SessionStore } from '@duet/shared/auth/ports.ts';
import { makeRefreshSession } from '@duet/shared/auth/refresh-session.ts';
import { makeRegisterAccount } from '@duet/shared/auth/register-account.ts';
import { makeSweepSessions } from '@duet/shared/auth/sweep-sessions.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { NewSecret } from '@duet/shared/kernel/secret.ts';
import { makeSigningKeys, makeSignToken } from '@duet/shared/kernel/token.ts';
import type { ServiceStore, System } from '../edge/adapters.ts';
import { makeAuthenticate } from '../edge/authenticate.ts';
import { documents } from '../edge/documents.ts';
import type { Service, Tools } from '../edge/service.ts';
import { authRoutes } from './routes.ts';
import { sweepSessions } from './sweep-sessions.ts';

/** What the auth service is built on. Only `compose.ts` knows which technologies these are. */
export type AuthAdapters = System & {
  readonly store: ServiceStore & {
    readonly accounts: AccountStore;
    readonly sessions: SessionStore;
    readonly attempts: AttemptStore;
  };
  readonly hasher: PasswordHasher;
  readonly newSecret: NewSecret;
  /** Auth's name in access tokens. */
  readonly issuer: string;
};

/** Wires the auth service. */
export const wireAuth = (adapters: AuthAdapters, tools: Tools): Service => {
  const { store, hasher, clock, newId, newSecret, issuer } = adapters;
  const { accounts, sessions, attempts } = store;
  const keys = makeSigningKeys({ store: store.keys, newId });
  const sign = makeSignToken({ keys, clock, newId });
  const deps = { accounts, sessions, attempts, hasher, sign, clock, newId, newSecret, issuer };
  // No route of this service asks who is calling; one that did would be closed until it is given a verifier.
  const verify = () => Promise.reject(new DomainError('unauthenticated'));
  return {
    ...store,
    authenticate: makeAuthenticate({ verify }),
    served: authRoutes({
      registerAccount: makeRegisterAccount(deps),
      logIn: makeLogIn(deps),
      refreshSession: makeRefreshSession(deps),
      getJwks: makeGetJwks({ keys }),
    }),
    extras: documents(),
    start: () => [sweepSessions(makeSweepSessions(deps), tools.log)],
  };
};
