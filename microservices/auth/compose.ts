import { makePasswordHasher } from '@duet/shared/adapters/argon2/password-hasher.ts';
import { makeAccountStore } from '@duet/shared/adapters/postgres/account-store.ts';
import { makeAttemptStore } from '@duet/shared/adapters/postgres/attempt-store.ts';
import { makeKeyStore } from '@duet/shared/adapters/postgres/key-store.ts';
import { migrate } from '@duet/shared/adapters/postgres/migrate.ts';
import { makePool, ping } from '@duet/shared/adapters/postgres/pool.ts';
import { makeSessionStore } from '@duet/shared/adapters/postgres/session-store.ts';
import { newRandomSecret, newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import type { Service, Tools } from '../edge/service.ts';
import { type AuthAdapters, wireAuth } from './wire.ts';

const inPostgres = ({ log }: { log: Log }): AuthAdapters['store'] => {
  const { DATABASE_URL: url, DATABASE_POOL: max } = readConfig({
    DATABASE_URL: variables.DATABASE_URL,
    DATABASE_POOL: variables.DATABASE_POOL,
  });
  const pool = makePool({ url, max, log });
  return {
    accounts: makeAccountStore({ pool }),
    sessions: makeSessionStore({ pool }),
    attempts: makeAttemptStore({ pool }),
    keys: makeKeyStore({ pool }),
    prepare: () => migrate({ url, context: 'auth' }),
    ready: () => ping(pool),
    close: () => pool.end(),
  };
};

/** What auth is built on, from its environment. @throws ConfigError naming what is missing or wrong */
export const authAdapters = (tools: { log: Log }): AuthAdapters => {
  const config = readConfig({ STORE: variables.STORE, TOKEN_ISSUER: variables.TOKEN_ISSUER });
  return {
    store: inPostgres(tools),
    hasher: makePasswordHasher(),
    newSecret: newRandomSecret,
    issuer: config.TOKEN_ISSUER,
    clock: systemClock,
    newId: newUuid,
  };
};

/** Composes the auth service from its environment. @throws ConfigError naming what is missing or wrong */
export const composeAuth = (tools: Tools): Service => wireAuth(authAdapters(tools), tools);
