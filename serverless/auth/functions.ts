import * as routes from '@duet/shared/contract/rows.ts';
import { eventFunction } from '../edge/event-function.ts';
import { httpFunction } from '../edge/http-function.ts';
import {
  composeCreateAdministrator,
  composeGetJwks,
  composeLogIn,
  composeRefreshSession,
  composeRegisterAccount,
  composeSweepSessions,
} from './compose.ts';
import { createAdministrator as createAdministratorHandler } from './create-administrator.ts';
import { getJwks as getJwksHandler } from './get-jwks.ts';
import { logIn as logInHandler } from './log-in.ts';
import { refreshSession as refreshSessionHandler } from './refresh-session.ts';
import { registerAccount as registerAccountHandler } from './register-account.ts';
import { sweepSessions as sweepSessionsHandler } from './sweep-sessions.ts';

/** POST /auth/register */
export const registerAccount = /* @__PURE__ */ httpFunction(
  'registerAccount',
  routes.registerAccount,
  async (log) => ({
    handler: registerAccountHandler(await composeRegisterAccount(log)),
  }),
);

/** POST /auth/login */
export const logIn = /* @__PURE__ */ httpFunction('logIn', routes.logIn, async (log) => ({
  handler: logInHandler(await composeLogIn(log)),
}));

/** POST /auth/refresh */
export const refreshSession = /* @__PURE__ */ httpFunction(
  'refreshSession',
  routes.refreshSession,
  async (log) => ({
    handler: refreshSessionHandler(await composeRefreshSession(log)),
  }),
);

/** GET /.well-known/jwks.json */
export const getJwks = /* @__PURE__ */ httpFunction('getJwks', routes.getJwks, async (log) => ({
  handler: getJwksHandler(await composeGetJwks(log)),
}));

/** Invoked by an operator. */
export const createAdministrator = /* @__PURE__ */ eventFunction('createAdministrator', async (log) =>
  createAdministratorHandler(await composeCreateAdministrator(log)),
);

/** Every hour. */
export const sweepSessions = /* @__PURE__ */ eventFunction('sweepSessions', async (log) =>
  sweepSessionsHandler(await composeSweepSessions(log)),
);
