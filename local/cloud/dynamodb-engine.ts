/** DynamoDB's operations on a LevelDB folder: dynalite's, plus transactions, expiry and old items on a failed condition. */
import {
  type ApiError,
  apiError,
  type Body,
  engine,
  type Item,
  isApiError,
  isOperation,
  type LevelWrite,
  type Operation,
  run,
  validate,
} from './dynalite.ts';
import { makeStage, makeTables, readingStore, type Staged } from './dynamodb-staging.ts';
import {
  cancellationReason,
  consumedCapacity,
  forgetTokens,
  isReplay,
  returnsOldItem,
  tokenOf,
  transactGets,
  transactionCancelled,
  transactWrites,
} from './dynamodb-transactions.ts';
import { dueEntries, loadTtlSettings } from './dynamodb-ttl.ts';
import { makeKeyLocks } from './key-locks.ts';

/** The engine. `execute` answers one operation and throws an `ApiError` for a refusal; `sweep` deletes what has expired. */
export type DynamoDbEngine = {
  readonly execute: (operation: string, body: Body) => Promise<Body>;
  readonly sweep: (now?: number) => Promise<number>;
  readonly close: () => Promise<void>;
};

/** Where the data is, and what table ARNs contain. */
export type DynamoDbEngineOptions = {
  readonly path: string;
  readonly region: string;
  readonly accountId: string;
};

/**
 * Opens the store. LevelDB hands every batch to the operating system before it answers, so an acknowledged write
 * survives a kill of this process; it is not forced to the disk (fsync), so a power cut may lose the last writes.
 */
export const openDynamoDb = async (options: DynamoDbEngineOptions): Promise<DynamoDbEngine> => {
  const store = engine.create({ path: options.path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await store.db.open();
  Object.assign(store.tableDb, { awsRegion: options.region, awsAccountId: options.accountId });
  const tables = makeTables(store);
  const ttl = await loadTtlSettings(store);
  const stage = makeStage(store, tables, ttl.of);
  const reading = readingStore(store, tables);
  const locked = makeKeyLocks();

  /** The lock of the item that a request is about; none when its key is wrong, because then it will be refused. */
  const lockOf = (data: Body): string[] => {
    const table = tables.get(String(data['TableName']));
    const item = data['Item'] as Item | undefined;
    const key = (item ?? data['Key']) as Item;
    const invalid = item ? engine.validateItem(item, table) : engine.validateKey(key, table);
    return invalid ? [] : [`${table.TableName}~${engine.createKey(key, table)}`];
  };

  const commit = async (writes: readonly LevelWrite[]): Promise<void> => {
    if (writes.length > 0) await store.db.batch(writes);
  };

  const writeOne = async (operation: Operation, body: Body): Promise<Body> => {
    const returnOld = returnsOldItem(body);
    const data = validate(store, operation, body);
    return locked(lockOf(data), async () => {
      const staged = stage(operation, data);
      if (staged.error) throw returnOld ? withOldItem(staged.error, staged.previous) : staged.error;
      await commit(staged.writes);
      return staged.result;
    });
  };

  const batchWrite = async (body: Body): Promise<Body> => {
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

  const transactWrite = async (body: Body): Promise<Body> => {
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
      await commit([
        ...staged.flatMap(({ writes }, i) => (operations[i]?.check ? [] : writes)),
        ...remembered,
      ]);
      return consumedCapacity(staged.map(({ result }) => result));
    });
  };

  const read = (operation: Operation, data: Body): Promise<Body> => {
    const { promise, resolve, reject } = Promise.withResolvers<Body>();
    run(reading, operation, data, (error, result = {}) => (error ? reject(error) : resolve(result)));
    return promise;
  };

  const transactGet = async (body: Body): Promise<Body> => {
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

  const updateTimeToLive = async (body: Body): Promise<Body> => {
    const name = tables.get(String(body['TableName'])).TableName;
    const specification = (body['TimeToLiveSpecification'] ?? {}) as {
      AttributeName?: string;
      Enabled?: boolean;
    };
    const { AttributeName, Enabled } = specification;
    if (!AttributeName || typeof Enabled !== 'boolean') {
      throw engine.validationError('TimeToLiveSpecification needs AttributeName and Enabled');
    }
    if (Enabled === (ttl.of(name) !== undefined)) {
      throw engine.validationError(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
    }
    await ttl.set(name, Enabled ? AttributeName : undefined);
    return { TimeToLiveSpecification: { AttributeName, Enabled } };
  };

  const describeTimeToLive = (body: Body): Body => {
    const AttributeName = ttl.of(tables.get(String(body['TableName'])).TableName);
    const status = AttributeName
      ? { TimeToLiveStatus: 'ENABLED', AttributeName }
      : { TimeToLiveStatus: 'DISABLED' };
    return { TimeToLiveDescription: status };
  };

  const changeTables = async (operation: Operation, body: Body): Promise<Body> => {
    const data = validate(store, operation, body);
    tables.forget();
    const { promise, resolve, reject } = Promise.withResolvers<Body>();
    run(store, operation, data, (error, result = {}) => (error ? reject(error) : resolve(result)));
    const result = await promise;
    tables.forget();
    if (operation === 'DeleteTable') await ttl.set(String(data['TableName']), undefined);
    return result;
  };

  const execute = async (operation: string, body: Body): Promise<Body> => {
    switch (operation) {
      case 'GetItem': {
        const staged = stage('GetItem', validate(store, 'GetItem', body));
        if (staged.error) throw staged.error;
        return staged.result;
      }
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return writeOne(operation, body);
      case 'BatchWriteItem':
        return batchWrite(body);
      case 'TransactWriteItems':
        return transactWrite(body);
      case 'TransactGetItems':
        return transactGet(body);
      case 'UpdateTimeToLive':
        return updateTimeToLive(body);
      case 'DescribeTimeToLive':
        return describeTimeToLive(body);
      case 'CreateTable':
      case 'UpdateTable':
      case 'DeleteTable':
        return changeTables(operation, body);
      default:
        if (isOperation(operation)) return read(operation, validate(store, operation, body));
        throw apiError('UnknownOperationException', `${operation} is not an operation of the local DynamoDB`);
    }
  };

  /** Deletes one expired item, unless it has been given a later time meanwhile. */
  const expire = (
    { entry, table, itemKey }: { entry: string; table: string; itemKey: string },
    now: number,
  ) =>
    locked([`${table}~${itemKey}`], async () => {
      const item = store.db.getSync(`item-${table}~${itemKey}`) as Item | undefined;
      const attribute = ttl.of(table);
      const expiry = Number(attribute === undefined ? Number.NaN : item?.[attribute]?.['N']);
      if (!item || !(expiry <= now / 1000)) {
        await store.db.batch([{ type: 'del', key: entry }]);
        return 0;
      }
      const names = tables.get(table).KeySchema.map(({ AttributeName }) => AttributeName);
      const Key = Object.fromEntries(names.map((name) => [name, item[name]]));
      const staged = stage('DeleteItem', { TableName: table, Key });
      if (staged.error) throw staged.error;
      await commit(staged.writes);
      return 1;
    });

  return {
    execute,
    sweep: async (now = Date.now()) => {
      let deleted = 0;
      for await (const due of dueEntries(store, now)) {
        if (!isTableGone(() => tables.get(due.table))) deleted += await expire(due, now);
        else await store.db.batch([{ type: 'del', key: due.entry }]);
      }
      await forgetTokens(store, now);
      return deleted;
    },
    close: () => store.db.close(),
  };
};

const withOldItem = (error: ApiError, item: Item | undefined): ApiError =>
  item && String(error.body['__type']).endsWith('#ConditionalCheckFailedException')
    ? Object.assign(error, { body: { ...error.body, Item: item } })
    : error;

const isTableGone = (find: () => unknown): boolean => {
  try {
    find();
    return false;
  } catch (error) {
    if (isApiError(error)) return true;
    throw error;
  }
};
