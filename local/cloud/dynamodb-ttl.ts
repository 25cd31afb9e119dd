/** Expiry of items: an index by time in the same LevelDB, kept by the same batches as the items, and its sweep. */
import type { Item, Store } from './dynalite.ts';

const PREFIX = 'duet-ttl~';
const SPEC_PREFIX = 'duet-ttlspec~';
/** DynamoDB leaves items alone whose expiry lies more than five years back. */
const OLDEST_S = 5 * 365 * 24 * 3600;

const pad = (seconds: number): string => String(seconds).padStart(12, '0');

/** Key of an item's entry in the expiry index, or undefined when `value` is no number of seconds since 1970. */
export const ttlKey = (
  table: string,
  itemKey: string,
  value: Record<string, unknown> | undefined,
): string | undefined => {
  const seconds = Math.floor(Number(value?.['N'] ?? Number.NaN));
  return seconds >= 0 && seconds < 1e12 ? `${PREFIX}${pad(seconds)}~${table}~${itemKey}` : undefined;
};

/** The expiry attribute of each table, kept in the store. */
export type TtlSettings = {
  readonly of: (table: string) => string | undefined;
  /** Switches expiry on (attribute) or off (undefined) and rebuilds the table's part of the index. */
  readonly set: (table: string, attribute: string | undefined) => Promise<void>;
};

/** Reads the settings of a store. */
export const loadTtlSettings = async (store: Store): Promise<TtlSettings> => {
  const attributes = new Map<string, string>();
  for await (const [key, value] of store.db.iterator({ gte: SPEC_PREFIX, lt: `${SPEC_PREFIX}~` })) {
    attributes.set(key.slice(SPEC_PREFIX.length), String(value));
  }
  return {
    of: (table) => attributes.get(table),
    set: async (table, attribute) => {
      if (attributes.get(table) === attribute) return;
      if (attribute === undefined) attributes.delete(table);
      else attributes.set(table, attribute);
      for await (const [key] of store.db.iterator({ gte: PREFIX, lt: `${PREFIX}~` })) {
        if (key.split('~')[2] === table) await store.db.batch([{ type: 'del', key }]);
      }
      const items = `item-${table}~`;
      if (attribute !== undefined) {
        for await (const [key, value] of store.db.iterator({ gte: items, lt: `${items}~` })) {
          const entry = ttlKey(table, key.slice(items.length), (value as Item)[attribute]);
          if (entry) await store.db.batch([{ type: 'put', key: entry, value: 0 }]);
        }
      }
      // The setting is written last: a kill before this line makes the next start rebuild the index again.
      const key = `${SPEC_PREFIX}${table}`;
      await store.db.batch([
        attribute === undefined ? { type: 'del', key } : { type: 'put', key, value: attribute },
      ]);
    },
  };
};

/** Entries of the expiry index that are due at `nowMs`. */
export const dueEntries = async function* (
  store: Store,
  nowMs: number,
): AsyncGenerator<{ readonly entry: string; readonly table: string; readonly itemKey: string }> {
  const now = Math.floor(nowMs / 1000);
  const range = { gte: `${PREFIX}${pad(Math.max(0, now - OLDEST_S))}`, lt: `${PREFIX}${pad(now + 1)}` };
  for await (const [entry] of store.db.iterator(range)) {
    const [, , table = '', ...rest] = entry.split('~');
    yield { entry, table, itemKey: rest.join('~') };
  }
};
