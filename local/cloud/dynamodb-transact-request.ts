/**
 * Requests and refusals of TransactWriteItems and TransactGetItems, which dynalite lacks, and the tokens that make a
 * transaction idempotent (DynamoDB API reference; developer guide, "Transactions").
 */
import { createHash } from 'node:crypto';
import {
  type ApiError,
  apiError,
  type Body,
  engine,
  type Item,
  type Operation,
  type Store,
} from './dynalite.ts';

/** One operation of a transaction, as an operation of dynalite. `check` writes nothing. */
export type TransactOperation = {
  readonly operation: Operation;
  readonly request: Body;
  readonly check: boolean;
  readonly returnOld: boolean;
};

/** Why one operation of a cancelled transaction failed, or that it did not (`None`). */
export type CancellationReason = { readonly Code: string; readonly Message?: string; readonly Item?: Item };

const MAX_OPERATIONS = 100;
/** A token is remembered for ten minutes. */
const TOKEN_LIFETIME_MS = 10 * 60_000;
const TOKEN_PREFIX = 'duet-token~';

// A condition check is a delete that is never written: the same parameters, the same checks.
const KINDS: Record<string, Operation> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (body: Body): unknown[] => {
  const items = body['TransactItems'];
  const invalid = (constraint: string): ApiError =>
    engine.validationError(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: ${constraint}`,
    );
  if (!Array.isArray(items)) throw invalid('Member must not be null');
  if (items.length < 1) throw invalid('Member must have length greater than or equal to 1');
  if (items.length > MAX_OPERATIONS)
    throw invalid(`Member must have length less than or equal to ${MAX_OPERATIONS}`);
  return items;
};

/** The operations of a TransactWriteItems request, not yet validated one by one. */
export const transactWrites = (body: Body): TransactOperation[] =>
  list(body).map((item) => {
    const [kind, request] =
      isObject(item) && Object.keys(item).length === 1 ? (Object.entries(item)[0] ?? []) : [];
    const operation = kind === undefined ? undefined : KINDS[kind];
    if (!operation || !isObject(request)) {
      throw engine.validationError('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    const required = { ConditionCheck: 'ConditionExpression', Update: 'UpdateExpression' }[kind ?? ''];
    if (required && request[required] === undefined) {
      throw engine.validationError(`The ${required} of a ${kind} must not be null`);
    }
    const returnOld = returnsOldItem(request);
    return { operation, request, check: kind === 'ConditionCheck', returnOld };
  });

/** The Get requests of TransactGetItems. */
export const transactGets = (body: Body): Body[] =>
  list(body).map((item) => {
    const get = isObject(item) ? item['Get'] : undefined;
    if (!isObject(get))
      throw engine.validationError('TransactItems of TransactGetItems can only contain Get');
    return { ...get, ConsistentRead: true };
  });

/** Whether a failed condition shall answer with the item as it is. */
export const returnsOldItem = (request: Body): boolean => {
  const value = request['ReturnValuesOnConditionCheckFailure'] ?? 'NONE';
  if (value !== 'NONE' && value !== 'ALL_OLD') {
    throw engine.validationError(
      `1 validation error detected: Value '${String(value)}' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]`,
    );
  }
  return value === 'ALL_OLD';
};

/** The reason for one operation's failure. */
export const cancellationReason = (
  error: ApiError | undefined,
  old: Item | undefined,
): CancellationReason => {
  if (!error) return { Code: 'None' };
  if (!String(error.body['__type']).endsWith('#ConditionalCheckFailedException')) {
    return { Code: 'ValidationError', Message: error.message };
  }
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(old ? { Item: old } : {}),
  };
};

/** The answer for a transaction of which at least one operation failed; reasons are in the order of the request. */
export const transactionCancelled = (reasons: readonly CancellationReason[]): ApiError => {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return apiError('TransactionCanceledException', message, {
    Message: message,
    CancellationReasons: reasons,
  });
};

/** Sum of the operations' capacity, twice as much as outside of a transaction, a table each. */
export const consumedCapacity = (results: readonly Body[]): Body => {
  const units = new Map<string, number>();
  for (const result of results) {
    const capacity = result['ConsumedCapacity'];
    if (!isObject(capacity)) continue;
    const table = String(capacity['TableName']);
    units.set(table, (units.get(table) ?? 0) + 2 * Number(capacity['CapacityUnits']));
  }
  if (units.size === 0) return {};
  return { ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })) };
};

/** A client's token and the digest of what it was sent with. */
export type Token = { readonly key: string; readonly digest: string };

/** The token of a request, if it has one. */
export const tokenOf = (body: Body): Token | undefined => {
  const token = body['ClientRequestToken'];
  if (token === undefined || token === null) return undefined;
  if (typeof token !== 'string' || token.length < 1 || token.length > 36) {
    throw engine.validationError('ClientRequestToken must have a length of 1 to 36');
  }
  const digest = createHash('sha256').update(stableJson(body['TransactItems'])).digest('base64');
  return { key: `${TOKEN_PREFIX}${token}`, digest };
};

const stableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );

/** Whether the token's transaction has been done already; throws when it was a different transaction. */
export const isReplay = (store: Store, token: Token, now: number): boolean => {
  const known = store.db.getSync(token.key) as { digest: string; at: number } | undefined;
  if (!known || now - known.at > TOKEN_LIFETIME_MS) return false;
  if (known.digest === token.digest) return true;
  throw apiError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request.',
  );
};

/** Removes tokens that have had their ten minutes. */
export const forgetTokens = async (store: Store, now: number): Promise<void> => {
  for await (const [key, value] of store.db.iterator({ gte: TOKEN_PREFIX, lt: `${TOKEN_PREFIX}~` })) {
    if (now - (value as { at: number }).at > TOKEN_LIFETIME_MS) await store.db.batch([{ type: 'del', key }]);
  }
};
