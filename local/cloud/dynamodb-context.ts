/** What the operations of the local DynamoDB share: store, tables, staging, locks and the one way to write. */
import { type Body, engine, type Item, type LevelWrite, type Store } from './dynalite.ts';
import { makeStage, makeTables, type Stage, type Tables } from './dynamodb-staging.ts';
import { loadTtlSettings, type TtlSettings } from './dynamodb-ttl.ts';
import { type KeyLocks, makeKeyLocks } from './key-locks.ts';

/** The parts that operations are made of. */
export type DynamoDbContext = {
  readonly store: Store;
  readonly tables: Tables;
  readonly ttl: TtlSettings;
  readonly stage: Stage;
  readonly locked: KeyLocks;
  /** The lock of the item that a request is about; none when its key is wrong, because then it will be refused. */
  readonly lockOf: (data: Body) => string[];
  /** Writes all or nothing. */
  readonly commit: (writes: readonly LevelWrite[]) => Promise<void>;
};

/** The lock of an item by the key that dynalite gives it. */
export const itemLock = (table: string, itemKey: string): string => `${table}~${itemKey}`;

/** Makes the context of an open store. */
export const makeContext = async (store: Store): Promise<DynamoDbContext> => {
  const tables = makeTables(store);
  const ttl = await loadTtlSettings(store);
  return {
    store,
    tables,
    ttl,
    stage: makeStage(store, tables, ttl.of),
    locked: makeKeyLocks(),
    lockOf: (data) => {
      const table = tables.get(String(data['TableName']));
      const item = data['Item'] as Item | undefined;
      const key = (item ?? data['Key']) as Item;
      const invalid = item ? engine.validateItem(item, table) : engine.validateKey(key, table);
      return invalid ? [] : [itemLock(table.TableName, engine.createKey(key, table))];
    },
    commit: async (writes) => {
      if (writes.length > 0) await store.db.batch(writes);
    },
  };
};
