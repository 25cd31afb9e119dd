import type { GetJwks } from '@duet/shared/auth/get-jwks.ts';
import type { LogIn } from '@duet/shared/auth/log-in.ts';
import type { RefreshSession } from '@duet/shared/auth/refresh-session.ts';
import type { RegisterAccount } from '@duet/shared/auth/register-account.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import type { Served } from '../edge/app.ts';
import { getJwks } from './get-jwks.ts';
import { logIn } from './log-in.ts';
import { refreshSession } from './refresh-session.ts';
import { registerAccount } from './register-account.ts';

/** The use cases that this service serves. */
export type AuthUseCases = {
  readonly registerAccount: RegisterAccount;
  readonly logIn: LogIn;
  readonly refreshSession: RefreshSession;
  readonly getJwks: GetJwks;
};

/** The auth service's rows of the contract. */
export const authRoutes = (run: AuthUseCases): Served[] => [
  { route: routes.registerAccount, handler: registerAccount(run.registerAccount) },
  { route: routes.logIn, handler: logIn(run.logIn) },
  { route: routes.refreshSession, handler: refreshSession(run.refreshSession) },
  { route: routes.getJwks, handler: getJwks(run.getJwks) },
];
