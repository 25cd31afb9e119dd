import { makePasswordHasher } from '@duet/shared/adapters/argon2/password-hasher.ts';
import { environmentCredentials } from '@duet/shared/adapters/aws/access.ts';
import { makeAccountStore as makeDynamoAccounts } from '@duet/shared/adapters/dynamodb/account-store.ts';
import { makeAttemptStore as makeDynamoAttempts } from '@duet/shared/adapters/dynamodb/attempt-store.ts';
import { makeDynamoClient } from '@duet/shared/adapters/dynamodb/client.ts';
import { makeKeyStore as makeDynamoKeys } from '@duet/shared/adapters/dynamodb/key-store.ts';
import { makeSessionStore as makeDynamoSessions } from '@duet/shared/adapters/dynamodb/session-store.ts';
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

const inDynamo = (): AuthAdapters['store'] => {
  const config = readConfig({
    AWS_REGION: variables.AWS_REGION,
    AWS_ENDPOINT_URL_DYNAMODB: variables.AWS_ENDPOINT_URL_DYNAMODB,
    AUTH_TABLE: variables.AUTH_TABLE,
  });
  const client = makeDynamoClient({
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL_DYNAMODB,
    credentials: environmentCredentials,
  });
  const at = { client, table: config.AUTH_TABLE };
  const keys = makeDynamoKeys(at);
  return {
    accounts: makeDynamoAccounts(at),
    sessions: makeDynamoSessions(at),
    attempts: makeDynamoAttempts(at),
    keys,
    prepare: keys.list,
    ready: keys.list,
    close: async () => {},
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
