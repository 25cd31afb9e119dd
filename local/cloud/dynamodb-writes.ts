/** Single writes and batches, each as one LevelDB batch under the locks of its items. */
import { type ApiError, type Body, type Item, type Operation, validate } from './dynalite.ts';
import type { DynamoDbContext } from './dynamodb-context.ts';
import { returnsOldItem } from './dynamodb-transact-request.ts';

/** PutItem, UpdateItem and DeleteItem. */
export const writeOne = async (
  { store, stage, locked, lockOf, commit }: DynamoDbContext,
  operation: Operation,
  body: Body,
): Promise<Body> => {
  const returnOld = returnsOldItem(body);
  const data = validate(store, operation, body);
  return locked(lockOf(data), async () => {
    const staged = stage(operation, data);
    if (staged.error) throw returnOld ? withOldItem(staged.error, staged.previous) : staged.error;
    await commit(staged.writes);
    return staged.result;
  });
};

/** BatchWriteItem: all or nothing here, while AWS may leave some unprocessed. */
export const batchWrite = async (
  { store, stage, locked, lockOf, commit }: DynamoDbContext,
  body: Body,
): Promise<Body> => {
  const data = validate(store, 'BatchWriteItem', body);
  const requests = data['RequestItems'] as Record<string, { PutRequest?: Body; DeleteRequest?: Body }[]>;
  const keys = Object.entries(requests).flatMap(([TableName, list]) =>
    list.flatMap((request) => lockOf({ TableName, ...(request.PutRequest ?? request.DeleteRequest) })),
  );
  return locked(keys, async () => {
    const staged = stage('BatchWriteItem', data);
    if (staged.error) throw staged.error;
    await commit(staged.writes);
    return staged.result;
  });
};

const withOldItem = (error: ApiError, item: Item | undefined): ApiError =>
  item && String(error.body['__type']).endsWith('#ConditionalCheckFailedException')
    ? Object.assign(error, { body: { ...error.body, Item: item } })
    : error;
