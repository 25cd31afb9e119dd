import { makeDynamoClient } from '../../shared/adapters/dynamodb/client.ts';
import { due } from '../../shared/adapters/dynamodb/due.ts';
import { makePool, query, type Statement } from '../../shared/adapters/postgres/pool.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { accessOf } from '../redrive-access.ts';
import { MICROSERVICES_STAGE } from '../stacks-microservices.ts';
import { LOCAL_STAGE } from '../stacks-serverless.ts';
import type { RunningStack } from '../start-lock.ts';
import type { StackName } from '../start-options.ts';
import { sparing } from './ask.ts';

/** Events that wait in the outbox of a context, those that are being sent too; those given up are not among them. */
export type OutboxRecord = {
  readonly context: 'orders' | 'inventory';
  readonly pending: number;
  /** Since the oldest of them was written; 0 when there is none. */
  readonly ageSeconds: number;
};

/** The contexts that emit events. */
const CONTEXTS = ['orders', 'inventory'] as const;

/** A question may take this part of the time at most: 1 %. Over a long outbox it is asked less often. */
const PART = 100;

const COUNT: Statement = {
  name: 'record.outbox',
  text: `
    select (select count(*)::int from outbox where not dead) as pending,
      (select id from outbox where not dead order by id limit 1) as oldest`,
};

/** When a UUID of version 7 was made, ms since 1970: its first 48 bits (RFC 9562). */
export const madeAt = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

/** The record of an outbox of which the number and the oldest id are known. `now` in ms since 1970. */
export const recordOf = (
  context: OutboxRecord['context'],
  pending: number,
  oldest: string | undefined,
  now: number,
): OutboxRecord => {
  const age = oldest === undefined ? 0 : Math.max(0, now - madeAt(oldest)) / 1_000;
  return { context, pending, ageSeconds: Math.round(age * 1_000) / 1_000 };
};

/** Reads the outboxes of a stack, from its own store. Undefined for one that does not answer. */
export type ReadOutboxes = {
  readonly read: () => Promise<readonly OutboxRecord[] | undefined>;
  readonly close: () => Promise<void>;
};

type Counted = { readonly pending: number; readonly oldest: string | undefined };

/** One connection for each database, which is kept. */
const inPostgres = (url: string) => {
  const pool = makePool({ url, max: 1, log: silentLog });
  const count = async (): Promise<Counted> => {
    const [row] = await query<{ pending: number; oldest: string | null }>(pool, COUNT);
    return { pending: row?.pending ?? 0, oldest: row?.oldest ?? undefined };
  };
  return { count, close: () => pool.end() };
};

/** The index holds the keys of what waits and nothing else. */
const inDynamo = (env: RunningStack['env'], table: string) => {
  const client = makeDynamoClient(accessOf(env, 'DYNAMODB'));
  const count = async (): Promise<Counted> => {
    const ids = (await due(client, table, 'EVENTS')).map(({ key }) => key.pk.slice('EVENT#'.length));
    // Version 7: in the order of the time
    return { pending: ids.length, oldest: ids.sort()[0] };
  };
  return { count, close: async () => {} };
};

/** Opens the outboxes of a stack, as the start wrote down where they are. */
export const openOutboxes = (name: StackName, { store, env }: RunningStack): ReadOutboxes => {
  const stage = name === 'microservices' ? MICROSERVICES_STAGE : LOCAL_STAGE;
  const open = (context: OutboxRecord['context']) => {
    const { count, close } =
      store === 'postgres'
        ? inPostgres(env[`${context.toUpperCase()}_DATABASE_URL`] ?? '')
        : inDynamo(env, `duet-${stage}-${context}`);
    return { context, count: sparing(count, PART), close };
  };
  const outboxes = CONTEXTS.map(open);
  return {
    read: async () => {
      try {
        const counted = await Promise.all(outboxes.map(({ count }) => count()));
        return CONTEXTS.map((context, i) => {
          const { pending = 0, oldest } = counted[i] ?? {};
          return recordOf(context, pending, oldest, Date.now());
        });
      } catch {
        return undefined;
      }
    },
    close: async () => {
      await Promise.allSettled(outboxes.map(({ close }) => close()));
    },
  };
};
