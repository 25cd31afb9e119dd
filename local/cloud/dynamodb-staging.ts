/**
 * Runs dynalite's write actions without writing: reads come from LevelDB at once, writes are collected. The caller
 * commits them, of one action or of a whole transaction, as ONE LevelDB batch. LevelDB logs a batch as one record, so a
 * kill between any two lines leaves all of it or none: items, their index entries, expiry entries and tokens.
 */
import {
  type ApiError,
  apiError,
  type Body,
  type Callback,
  type Item,
  isApiError,
  type LevelWrite,
  type Operation,
  run,
  type Store,
  type SubStore,
  type Table,
} from './dynalite.ts';
import { ttlKey } from './dynamodb-ttl.ts';

/** What an action would do: its answer or its refusal, what it would write, and the item as it was. */
export type Staged = {
  readonly result: Body;
  readonly error?: ApiError;
  readonly writes: readonly LevelWrite[];
  readonly previous?: Item;
};

/** Stages one write action on validated data. */
export type Stage = (operation: Operation, data: Body) => Staged;

/** Active tables by name; an unknown one throws ResourceNotFoundException. */
export type Tables = { readonly get: (name: string) => Table; readonly forget: () => void };

/** Caches table descriptions, which every action reads; `forget` after an operation that changes tables. */
export const makeTables = (store: Store): Tables => {
  const known = new Map<string, Table>();
  return {
    get: (name) => {
      const cached = known.get(name);
      if (cached) return cached;
      const table = store.db.getSync(`table~${name}`) as Table | undefined;
      if (!table || table.TableStatus === 'CREATING' || table.TableStatus === 'DELETING') {
        throw apiError('ResourceNotFoundException', 'Requested resource not found');
      }
      if (table.TableStatus === 'ACTIVE') known.set(name, table);
      return table;
    },
    forget: () => known.clear(),
  };
};

/** The store with table descriptions from the cache, for actions that only read. */
export const readingStore = (store: Store, tables: Tables): Store => ({
  ...store,
  getTable: (name, checkStatus, callback) => {
    const done = typeof checkStatus === 'function' ? checkStatus : callback;
    if (checkStatus === false) return store.getTable(name, false, done);
    try {
      done?.(null, tables.get(name));
    } catch (error) {
      done?.(error);
    }
  },
});

/** `ttlOf` gives the expiry attribute of a table that has one. */
export const makeStage = (
  store: Store,
  tables: Tables,
  ttlOf: (table: string) => string | undefined,
): Stage => {
  const reading = readingStore(store, tables);
  return (operation, data) => {
    const writes: LevelWrite[] = [];
    let previous: Item | undefined;

    const itemStore = (table: string): SubStore => {
      const attribute = ttlOf(table);
      const replaceTtl = (key: string, next: Item | undefined): void => {
        if (!attribute) return;
        const [before, after] = [
          ttlKey(table, key, previous?.[attribute]),
          ttlKey(table, key, next?.[attribute]),
        ];
        if (before === after) return;
        if (before) writes.push({ type: 'del', key: before });
        if (after) writes.push({ type: 'put', key: after, value: 0 });
      };
      return {
        lock: (_key, hold) => hold((callback) => callback),
        get: (key, callback) => {
          previous = store.db.getSync(`item-${table}~${key}`) as Item | undefined;
          callback(null, previous);
        },
        put: (key, value, callback) => {
          writes.push({ type: 'put', key: `item-${table}~${key}`, value });
          replaceTtl(key, value as Item);
          callback(null);
        },
        del: (key, callback) => {
          writes.push({ type: 'del', key: `item-${table}~${key}` });
          replaceTtl(key, undefined);
          callback(null);
        },
      };
    };
    const indexStore = (type: string, table: string, index: string) => {
      const prefix = `index-${type.toLowerCase()}~${table}~${index}~`;
      const write = (entry: LevelWrite, callback: Callback): void => {
        writes.push(entry);
        callback(null);
      };
      return {
        put: (key: string, value: unknown, callback: Callback) =>
          write({ type: 'put', key: prefix + key, value }, callback),
        del: (key: string, callback: Callback) => write({ type: 'del', key: prefix + key }, callback),
      };
    };

    let outcome: Staged | undefined;
    run(
      { ...reading, getItemDb: itemStore, getIndexDb: indexStore },
      operation,
      data,
      (error, result = {}) => {
        const before = previous ? { previous } : {};
        if (!error) outcome = { result, writes, ...before };
        else if (isApiError(error)) outcome = { result: {}, error, writes: [], ...before };
        else throw error;
      },
    );
    if (!outcome) throw new Error(`${operation} did not answer at once`);
    return outcome;
  };
};
