import { makeDynamoClient } from '../shared/adapters/dynamodb/client.ts';
import { makeOutboxStore as makeDynamoOutbox } from '../shared/adapters/dynamodb/outbox-store.ts';
import { makeOutboxStore as makePostgresOutbox } from '../shared/adapters/postgres/outbox-store.ts';
import { makePool } from '../shared/adapters/postgres/pool.ts';
import { systemClock } from '../shared/adapters/system/system.ts';
import { silentLog } from '../shared/kernel/log.ts';
import { accessOf } from './redrive-access.ts';
import { MICROSERVICES_STAGE } from './stacks-microservices.ts';
import { LOCAL_STAGE } from './stacks-serverless.ts';
import type { RunningStack } from './start-lock.ts';
import type { StackName } from './start-options.ts';

const inPostgres = async (url: string): Promise<number> => {
  const pool = makePool({ url, max: 1, log: silentLog });
  try {
    return await makePostgresOutbox({ pool }).redrive(systemClock());
  } finally {
    await pool.end();
  }
};

const inDynamo = (env: RunningStack['env'], table: string): Promise<number> => {
  const client = makeDynamoClient(accessOf(env, 'DYNAMODB'));
  return makeDynamoOutbox({ client, table }).redrive(systemClock());
};

/** Makes every dead event of a context's outbox due again, on either store. Returns how many there were. */
export const redriveOutbox = (
  name: StackName,
  context: 'orders' | 'inventory',
  { store, env }: RunningStack,
): Promise<number> => {
  const stage = name === 'microservices' ? MICROSERVICES_STAGE : LOCAL_STAGE;
  return store === 'postgres'
    ? inPostgres(env[`${context.toUpperCase()}_DATABASE_URL`] ?? '')
    : inDynamo(env, `duet-${stage}-${context}`);
};
