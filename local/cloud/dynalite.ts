/**
 * dynalite 4 in pieces: its validations, its actions and its LevelDB store, without its HTTP server, whose only
 * transaction is one `put`. The package has no types and no `exports`, so its own modules can be required.
 */
import { createRequire } from 'node:module';

/** A JSON object of DynamoDB's API. */
export type Body = Record<string, unknown>;

/** An item, or its key: attribute name to a typed value such as `{S: 'text'}`. */
export type Item = Record<string, Record<string, unknown>>;

/** A table as dynalite stores it. */
export type Table = {
  readonly TableName: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
};

/** What dynalite throws or passes to a callback: an error that is an answer. */
export type ApiError = Error & { readonly statusCode: number; readonly body: Body };

/** One write of a LevelDB batch. */
export type LevelWrite =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/** Node's callback. */
export type Callback<T = unknown> = (error?: unknown, result?: T) => void;

/** dynalite's view of the items of one table, or of one index. */
export type SubStore = {
  readonly lock: (key: string, run: (release: (callback: Callback) => Callback) => void) => void;
  readonly get: (key: string, callback: Callback) => void;
  readonly put: (key: string, value: unknown, callback: Callback) => void;
  readonly del: (key: string, callback: Callback) => void;
};

/** The parts of dynalite's store that actions use, and the LevelDB under it. */
export type Store = {
  readonly options: { readonly maxItemSize: number };
  readonly db: {
    readonly open: () => Promise<void>;
    readonly close: () => Promise<void>;
    readonly getSync: (key: string) => unknown;
    readonly batch: (writes: readonly LevelWrite[]) => Promise<void>;
    readonly iterator: (range: { gte: string; lt: string }) => AsyncIterable<[string, unknown]>;
  };
  readonly tableDb: { awsRegion: string; awsAccountId: string };
  readonly getTable: (
    name: string,
    checkStatus: boolean | Callback<Table>,
    callback?: Callback<Table>,
  ) => void;
  readonly getItemDb: (table: string) => SubStore;
  readonly getIndexDb: (type: string, table: string, index: string) => Pick<SubStore, 'put' | 'del'>;
};

/** An action of dynalite, named as its API operation with a small first letter. */
type Action = (store: Store, data: Body, callback: Callback<Body>) => void;

const require = createRequire(import.meta.url);

/** dynalite's store and the functions that make keys and check them. */
export const engine = require('dynalite/db/index.js') as {
  readonly create: (options: {
    readonly path: string;
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }) => Store;
  readonly createKey: (key: Item, table: Table) => string;
  readonly validateKey: (key: Item, table: Table) => ApiError | undefined;
  readonly validateItem: (item: Item, table: Table) => ApiError | undefined;
  readonly validationError: (message: string) => ApiError;
};

const validations = require('dynalite/validations/index.js') as {
  readonly checkTypes: (data: Body, types: unknown) => Body;
  readonly checkValidations: (data: Body, types: unknown, custom: unknown, store: Store) => void;
};

const OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;

/** An operation that dynalite has. */
export type Operation = (typeof OPERATIONS)[number];

type Loaded = { readonly run: Action; readonly types: unknown; readonly custom: unknown };

const loaded = new Map<string, Loaded>(
  OPERATIONS.map((operation) => {
    const file = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}.js`;
    const { types, custom } = require(`dynalite/validations/${file}`) as Omit<Loaded, 'run'>;
    return [operation, { run: require(`dynalite/actions/${file}`) as Action, types, custom }];
  }),
);

/** Whether dynalite has the operation. */
export const isOperation = (name: string): name is Operation => loaded.has(name);

/** The request with types and expressions checked and parsed; throws an `ApiError`. Unknown parameters are dropped. */
export const validate = (store: Store, operation: Operation, body: Body): Body => {
  const { types, custom } = loaded.get(operation) as Loaded;
  const data = validations.checkTypes({ ...body }, types);
  validations.checkValidations(data, types, custom, store);
  return data;
};

/** Runs an action of dynalite on a validated request. */
export const run = (store: Store, operation: Operation, data: Body, callback: Callback<Body>): void =>
  (loaded.get(operation) as Loaded).run(store, data, callback);

/** Whether an error is an answer of the API rather than a fault. */
export const isApiError = (error: unknown): error is ApiError =>
  error instanceof Error && 'statusCode' in error && 'body' in error;

/** Makes an error that is an answer, of DynamoDB's own namespace. */
export const apiError = (type: string, message: string, extra: Body = {}): ApiError =>
  Object.assign(new Error(message), {
    statusCode: 400,
    body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, ...extra },
  });
