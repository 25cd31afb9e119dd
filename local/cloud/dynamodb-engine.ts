/** DynamoDB's operations on a LevelDB folder: dynalite's, plus transactions, expiry and old items on a failed condition. */
import { apiError, type Body, engine, isOperation, type Operation, run, validate } from './dynalite.ts';
import { makeContext } from './dynamodb-context.ts';
import { sweepExpired } from './dynamodb-expiry.ts';
import { readingStore } from './dynamodb-staging.ts';
import { transactGet, transactWrite } from './dynamodb-transactions.ts';
import { batchWrite, writeOne } from './dynamodb-writes.ts';

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
  const context = await makeContext(store);
  const { tables, ttl, stage } = context;
  const reading = readingStore(store, tables);

  const read = (operation: Operation, data: Body): Promise<Body> => {
    const { promise, resolve, reject } = Promise.withResolvers<Body>();
    run(reading, operation, data, (error, result = {}) => (error ? reject(error) : resolve(result)));
    return promise;
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
        return writeOne(context, operation, body);
      case 'BatchWriteItem':
        return batchWrite(context, body);
      case 'TransactWriteItems':
        return transactWrite(context, body);
      case 'TransactGetItems':
        return transactGet(context, body);
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

  return {
    execute,
    sweep: (now = Date.now()) => sweepExpired(context, now),
    close: () => store.db.close(),
  };
};
