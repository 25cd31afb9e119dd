import { makePasswordHasher } from '@duet/shared/adapters/argon2/password-hasher.ts';
import { makeAccountStore as makeDynamoAccounts } from '@duet/shared/adapters/dynamodb/account-store.ts';
import { makeAttemptStore as makeDynamoAttempts } from '@duet/shared/adapters/dynamodb/attempt-store.ts';
import { makeSessionStore as makeDynamoSessions } from '@duet/shared/adapters/dynamodb/session-store.ts';
import { makeAccountStore } from '@duet/shared/adapters/postgres/account-store.ts';
import { makeAttemptStore } from '@duet/shared/adapters/postgres/attempt-store.ts';
import { makeSessionStore } from '@duet/shared/adapters/postgres/session-store.ts';
import { newRandomSecret, newUuid, systemClock } from '@duet/shared/adapters/system/system.ts';
import { readConfig, variables } from '@duet/shared/kernel/config.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { composeDynamo, composePostgres } from '../edge/compose.ts';
import type { Service, Tools } from '../edge/service.ts';
import { type AuthAdapters, wireAuth } from './wire.ts';

const inPostgres = ({ log }: { log: Log }): AuthAdapters['store'] => {
  const { pool, store } = composePostgres('auth', log);
  return {
    ...store,
    accounts: makeAccountStore({ pool }),
    sessions: makeSessionStore({ pool }),
    attempts: makeAttemptStore({ pool }),
  };
};

const inDynamo = (): AuthAdapters['store'] => {
  const { at, store } = composeDynamo('AUTH_TABLE');
  return {
    ...store,
    accounts: makeDynamoAccounts(at),
    sessions: makeDynamoSessions(at),
    attempts: makeDynamoAttempts(at),
  };
};

/** What auth is built on, from its environment. @throws ConfigError naming what is missing or wrong */
export const authAdapters = (tools: { log: Log }): AuthAdapters => {
  const config = readConfig({ STORE: variables.STORE, TOKEN_ISSUER: variables.TOKEN_ISSUER });
  return {
    store: config.STORE === 'postgres' ? inPostgres(tools) : inDynamo(),
    hasher: makePasswordHasher(),
    newSecret: newRandomSecret,
    issuer: config.TOKEN_ISSUER,
    clock: systemClock,
    newId: newUuid,
  };
};

/** Composes the auth service from its environment. @throws ConfigError naming what is missing or wrong */
export const composeAuth = (tools: Tools): Service => wireAuth(authAdapters(tools), tools);
