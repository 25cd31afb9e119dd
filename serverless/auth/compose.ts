import { makePasswordHasher } from '@duet/shared/adapters/argon2/password-hasher.ts';
import { makeAccountStore } from '@duet/shared/adapters/dynamodb/account-store.ts';
import { makeAttemptStore } from '@duet/shared/adapters/dynamodb/attempt-store.ts';
import type { DynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeKeyStore } from '@duet/shared/adapters/dynamodb/key-store.ts';
import { makeSessionStore } from '@duet/shared/adapters/dynamodb/session-store.ts';
import type { Pool } from '@duet/shared/adapters/postgres/pool.ts';
import { newRandomSecret, newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { makeCreateAdministrator } from '@duet/shared/auth/create-administrator.ts';
import { makeGetJwks } from '@duet/shared/auth/get-jwks.ts';
import { makeLogIn } from '@duet/shared/auth/log-in.ts';
import type { AccountStore, AttemptStore, SessionStore } from '@duet/shared/auth/ports.ts';
import { makeRefreshSession } from '@duet/shared/auth/refresh-session.ts';
import { makeRegisterAccount } from '@duet/shared/auth/register-account.ts';
import { makeSweepSessions } from '@duet/shared/auth/sweep-sessions.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { type KeyStore, makeSigningKeys, makeSignToken } from '@duet/shared/kernel/token.ts';
import { composeAccess, tableOf } from '../edge/compose.ts';
import type { FunctionLog } from '../edge/log.ts';

type Stores = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly attempts: AttemptStore;
  readonly keyStore: KeyStore;
};

const inDynamo = (client: DynamoClient): Stores => {
  const at = { client, table: tableOf('AUTH_TABLE') };
  return {
    accounts: makeAccountStore(at),
    sessions: makeSessionStore(at),
    attempts: makeAttemptStore(at),
    keyStore: makeKeyStore(at),
  };
};

const inPostgres = async (pool: Pool): Promise<Stores> => {
  const [accounts, sessions, attempts, keys] = await Promise.all([
    import('@duet/shared/adapters/postgres/account-store.ts'),
    import('@duet/shared/adapters/postgres/session-store.ts'),
    import('@duet/shared/adapters/postgres/attempt-store.ts'),
    import('@duet/shared/adapters/postgres/key-store.ts'),
  ]);
  return {
    accounts: accounts.makeAccountStore({ pool }),
    sessions: sessions.makeSessionStore({ pool }),
    attempts: attempts.makeAttemptStore({ pool }),
    keyStore: keys.makeKeyStore({ pool }),
  };
};

const stores = async (log: Log): Promise<Stores> => {
  const access = await composeAccess('AUTH_DATABASE_URL', log);
  return 'pool' in access ? inPostgres(access.pool) : inDynamo(access.client);
};

const system = { clock: systemClock, newId: newUuid };

/** What it takes to issue tokens. The signing key is made at the first use and kept in the store. */
const issuing = ({ keyStore }: Stores) => {
  const { TOKEN_ISSUER: issuer } = readConfig({ TOKEN_ISSUER: variables.TOKEN_ISSUER });
  const keys = makeSigningKeys({ store: keyStore, newId: newUuid });
  return { ...system, sign: makeSignToken({ keys, ...system }), newSecret: newRandomSecret, issuer };
};

/** What POST /auth/register runs. */
export const composeRegisterAccount = async (log: FunctionLog) =>
  makeRegisterAccount({ ...(await stores(log)), ...system, hasher: makePasswordHasher() });

/** What POST /auth/login runs. */
export const composeLogIn = async (log: FunctionLog) => {
  const made = await stores(log);
  return makeLogIn({ ...made, ...issuing(made), hasher: makePasswordHasher() });
};

/** What POST /auth/refresh runs. */
export const composeRefreshSession = async (log: FunctionLog) => {
  const made = await stores(log);
  return makeRefreshSession({ ...made, ...issuing(made) });
};

/** What GET /.well-known/jwks.json runs. */
export const composeGetJwks = async (log: FunctionLog) =>
  makeGetJwks({ keys: makeSigningKeys({ store: (await stores(log)).keyStore, newId: newUuid }) });

/** What an operator invokes. */
export const composeCreateAdministrator = async (log: FunctionLog) =>
  makeCreateAdministrator({ ...(await stores(log)), ...system, hasher: makePasswordHasher() });

/** What the schedule runs. */
export const composeSweepSessions = async (log: FunctionLog) =>
  makeSweepSessions({ ...(await stores(log)), ...system });
