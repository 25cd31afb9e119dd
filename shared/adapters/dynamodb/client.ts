import { randomUUID } from 'node:crypto';
import { DomainError } from '../../kernel/errors.ts';
import type { AwsAccess } from '../aws/access.ts';
import { AwsError } from '../aws/errors.ts';
import { type Json, makeJsonCall } from '../aws/json-call.ts';
import { retrying } from '../aws/retry.ts';
import { type AttributeValue, type Item, marshal, unmarshal, type Value } from './attribute-value.ts';
import { makeBatches } from './batch.ts';
import { type Condition, expressionInput, type Key } from './expression.ts';
import { type Action, busyAction, dynamoAllowance, refusedActions, transactItem } from './transaction.ts';

/** An item as it was read. */
export type StoredItem = Readonly<Record<string, Value>>;

/** A query of one partition, in the order of its sort keys. With an index only keys come back: it holds no more. */
export type Query = {
  readonly index?: 'gsi1';
  /** e.g. `pk = :pk AND sk > :after`. */
  readonly where: string;
  readonly values: Item;
  readonly limit?: number;
  readonly descending?: boolean;
};

/** An update of one item; `set` is an update expression. */
export type Update = Condition & { readonly key: Key; readonly set: string };

/** An update's outcome. `refused` has the item as it is, unless there is none. */
export type Updated =
  | { readonly kind: 'updated'; readonly item: StoredItem }
  | { readonly kind: 'refused'; readonly item: StoredItem | undefined };

/** The part of DynamoDB that the stores use. Every read of a table is strongly consistent; an index never is. */
export type DynamoClient = {
  readonly get: (table: string, key: Key) => Promise<StoredItem | undefined>;
  /** The items that exist, in the order of the keys. Any number of keys. */
  readonly batchGet: (table: string, keys: readonly Key[]) => Promise<readonly StoredItem[]>;
  /** Without a limit: every item of the partition that meets the condition. */
  readonly query: (table: string, query: Query) => Promise<readonly StoredItem[]>;
  /** May take effect twice when an answer is lost: harmless only if the caller can tell its own effect. */
  readonly update: (table: string, update: Update) => Promise<Updated>;
  /** Removes items, whether or not they exist. Any number of keys. */
  readonly remove: (table: string, keys: readonly Key[]) => Promise<void>;
  /**
   * Does all actions or none. Returns the `refused` of the actions whose condition failed, in the order of the actions:
   * none when all took effect. Carries a token, so that it takes effect once also when an answer is lost.
   */
  readonly transact: <R>(table: string, actions: readonly Action<R>[]) => Promise<readonly R[]>;
};

type RawItem = Readonly<Record<string, AttributeValue>>;

const queryInput = (table: string, query: Query): Json => ({
  TableName: table,
  KeyConditionExpression: query.where,
  ...expressionInput(query.values, query.where),
  ...(query.index ? { IndexName: query.index } : { ConsistentRead: true }),
  ...(query.descending && { ScanIndexForward: false }),
});

/**
 * A client of DynamoDB, for tables with the keys `pk` and `sk`. Transient errors and conflicts are retried with jitter.
 *
 * @throws DomainError `overloaded` when that does not help; AwsError for what is a fault of ours
 */
export const makeDynamoClient = (access: AwsAccess): DynamoClient => {
  const once = makeJsonCall(access, 'dynamodb', 'DynamoDB_20120810');
  const call = (operation: string, input: Json): Promise<Json> =>
    retrying((before) => once(operation, input, before), { allowance: dynamoAllowance });

  const transact = async (input: Json): Promise<readonly number[]> => {
    const attempt = async (before: unknown): Promise<readonly number[]> => {
      try {
        await once('TransactWriteItems', input, before);
        return [];
      } catch (error) {
        const refused = refusedActions(error);
        if (refused) return refused;
        throw error;
      }
    };
    return retrying(attempt, { allowance: dynamoAllowance });
  };

  return {
    ...makeBatches(call),

    get: async (table, key) => {
      const reply = await call('GetItem', { TableName: table, Key: marshal(key), ConsistentRead: true });
      return reply['Item'] ? unmarshal(reply['Item'] as RawItem) : undefined;
    },

    query: async (table, query) => {
      const { limit = Number.POSITIVE_INFINITY } = query;
      const input = queryInput(table, query);
      const items: StoredItem[] = [];
      let start: unknown;
      do {
        const page: Json = await call('Query', {
          ...input,
          ...(query.limit !== undefined && { Limit: limit - items.length }),
          ...(start !== undefined && { ExclusiveStartKey: start }),
        });
        items.push(...(page['Items'] as readonly RawItem[]).map(unmarshal));
        start = page['LastEvaluatedKey'];
      } while (start !== undefined && items.length < limit);
      return items;
    },

    update: async (table, { key, set, condition, values }) => {
      const input = {
        TableName: table,
        Key: marshal(key),
        UpdateExpression: set,
        ...(condition !== undefined && { ConditionExpression: condition }),
        ...expressionInput(values, set, condition),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      };
      try {
        const reply = await call('UpdateItem', input);
        return { kind: 'updated', item: unmarshal(reply['Attributes'] as RawItem) };
      } catch (error) {
        if (!(error instanceof AwsError) || error.type !== 'ConditionalCheckFailedException') throw error;
        const item = error.body['Item'] as RawItem | undefined;
        return { kind: 'refused', item: item && unmarshal(item) };
      }
    },

    transact: async (table, actions) => {
      const TransactItems = actions.map((action) => transactItem(table, action));
      try {
        const indexes = await transact({ TransactItems, ClientRequestToken: randomUUID() });
        const [first] = indexes;
        if (first !== undefined && actions[first]?.refused === undefined) {
          throw new Error(`action ${first} of a transaction was refused, which cannot be`);
        }
        return indexes.flatMap((index) => actions[index]?.refused ?? []);
      } catch (error) {
        const cause = error instanceof DomainError ? error.details.cause : undefined;
        const busy = actions[busyAction(cause)]?.busy;
        throw busy ? new DomainError(busy, { cause }) : error;
      }
    },
  };
};
