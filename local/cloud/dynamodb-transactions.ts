/** TransactWriteItems and TransactGetItems: checked and done under the locks of all their items. */
import { type Body, engine, type Item, type LevelWrite, validate } from './dynalite.ts';
import type { DynamoDbContext } from './dynamodb-context.ts';
import type { Staged } from './dynamodb-staging.ts';
import {
  cancellationReason,
  consumedCapacity,
  isReplay,
  tokenOf,
  transactGets,
  transactionCancelled,
  transactWrites,
} from './dynamodb-transact-request.ts';

/** TransactWriteItems: every condition holds and all is written in one batch, or nothing is. */
export const transactWrite = async (
  { store, stage, locked, lockOf, commit }: DynamoDbContext,
  body: Body,
): Promise<Body> => {
  const token = tokenOf(body);
  const capacity = body['ReturnConsumedCapacity'];
  const operations = transactWrites(body).map((item) => {
    const request =
      capacity === undefined ? item.request : { ...item.request, ReturnConsumedCapacity: capacity };
    return { ...item, data: validate(store, item.operation, request) };
  });
  const keys = operations.flatMap(({ data }) => lockOf(data));
  if (new Set(keys).size < keys.length) {
    throw engine.validationError('Transaction request cannot include multiple operations on one item');
  }
  return locked(token ? [...keys, token.key] : keys, async () => {
    const now = Date.now();
    if (token && isReplay(store, token, now)) return {};
    const staged = operations.map(({ operation, data }): Staged => stage(operation, data));
    if (staged.some(({ error }) => error)) {
      const old = (i: number): Item | undefined =>
        operations[i]?.returnOld ? staged[i]?.previous : undefined;
      throw transactionCancelled(staged.map(({ error }, i) => cancellationReason(error, old(i))));
    }
    const remembered: LevelWrite[] = token
      ? [{ type: 'put', key: token.key, value: { digest: token.digest, at: now } }]
      : [];
    await commit([...staged.flatMap(({ writes }, i) => (operations[i]?.check ? [] : writes)), ...remembered]);
    return consumedCapacity(staged.map(({ result }) => result));
  });
};

/** TransactGetItems: the items as they were at one moment. */
export const transactGet = async (
  { store, stage, locked, lockOf }: DynamoDbContext,
  body: Body,
): Promise<Body> => {
  const capacity = body['ReturnConsumedCapacity'];
  const gets = transactGets(body).map((get) =>
    validate(store, 'GetItem', capacity === undefined ? get : { ...get, ReturnConsumedCapacity: capacity }),
  );
  // Nothing can be written to these items in between, so the answers are of one moment.
  return locked(gets.flatMap(lockOf), async () => {
    const results = gets.map((data) => stage('GetItem', data));
    const failed = results.find(({ error }) => error);
    if (failed?.error) throw failed.error;
    const responses = results.map(({ result }) => (result['Item'] ? { Item: result['Item'] } : {}));
    return { Responses: responses, ...consumedCapacity(results.map(({ result }) => result)) };
  });
};
