/** Deletes what has expired: items by their table's expiry attribute, and tokens of transactions. */
import { type Item, isApiError } from './dynalite.ts';
import { type DynamoDbContext, itemLock } from './dynamodb-context.ts';
import { forgetTokens } from './dynamodb-transact-request.ts';
import { dueEntries } from './dynamodb-ttl.ts';

/** Deletes everything that is due at `now` (milliseconds) and gives the number of items. */
export const sweepExpired = async (context: DynamoDbContext, now: number): Promise<number> => {
  let deleted = 0;
  for await (const due of dueEntries(context.store, now)) {
    if (hasTable(context, due.table)) deleted += await expire(context, due, now);
    else await context.commit([{ type: 'del', key: due.entry }]);
  }
  await forgetTokens(context.store, now);
  return deleted;
};

type Due = { readonly entry: string; readonly table: string; readonly itemKey: string };

/** Deletes one item, unless it has been given a later time meanwhile. */
const expire = (context: DynamoDbContext, { entry, table, itemKey }: Due, now: number): Promise<number> =>
  context.locked([itemLock(table, itemKey)], async () => {
    const item = context.store.db.getSync(`item-${table}~${itemKey}`) as Item | undefined;
    const attribute = context.ttl.of(table);
    const expiry = Number(attribute === undefined ? Number.NaN : item?.[attribute]?.['N']);
    if (!item || !(expiry <= now / 1000)) {
      await context.commit([{ type: 'del', key: entry }]);
      return 0;
    }
    const names = context.tables.get(table).KeySchema.map(({ AttributeName }) => AttributeName);
    const Key = Object.fromEntries(names.map((name) => [name, item[name]]));
    const staged = context.stage('DeleteItem', { TableName: table, Key });
    if (staged.error) throw staged.error;
    await context.commit(staged.writes);
    return 1;
  });

const hasTable = ({ tables }: DynamoDbContext, name: string): boolean => {
  try {
    tables.get(name);
    return true;
  } catch (error) {
    if (isApiError(error)) return false;
    throw error;
  }
};
