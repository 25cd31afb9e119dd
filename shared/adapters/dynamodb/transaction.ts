import type { ErrorCode } from '../../kernel/errors.ts';
import { AwsError } from '../aws/errors.ts';
import { type Allowance, allowanceOf } from '../aws/retry.ts';
import { type Item, marshal } from './attribute-value.ts';
import { type Condition, expressionInput, type Key } from './expression.ts';

/**
 * One action of a transaction. `refused` is what the transaction returns when this action's condition fails; an
 * action without it fails only together with one before it that has it, or else by a fault of ours. `busy` is the code thrown when another transaction keeps hold of
 * the item (`overloaded` if absent).
 */
export type Action<R> = Condition & {
  readonly refused?: R;
  readonly busy?: ErrorCode;
} & ({ readonly put: Item & Key } | { readonly update: Key; readonly set: string });

/** An action in the form of TransactWriteItems. */
export const transactItem = <R>(table: string, action: Action<R>): Record<string, unknown> => {
  const common = {
    TableName: table,
    ...(action.condition !== undefined && { ConditionExpression: action.condition }),
  };
  if ('put' in action) {
    return {
      Put: { ...common, Item: marshal(action.put), ...expressionInput(action.values, action.condition) },
    };
  }
  const input = expressionInput(action.values, action.condition, action.set);
  return { Update: { ...common, Key: marshal(action.update), UpdateExpression: action.set, ...input } };
};

/** Two transactions met: one is cancelled and comes again. It takes the other only milliseconds, so the steps are small. */
const CONFLICT: Allowance = { attempts: 10, baseMs: 25, capMs: 500 };

const CONFLICTS: ReadonlySet<string> = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
]);
const BUSY_REASONS: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Why each action of a cancelled transaction failed, in their order; undefined when this is no cancellation. */
const reasonsOf = (error: unknown): readonly string[] | undefined => {
  if (!(error instanceof AwsError) || error.type !== 'TransactionCanceledException') return undefined;
  const reasons = error.body['CancellationReasons'] as readonly { readonly Code?: string }[] | undefined;
  return (reasons ?? []).map(({ Code }) => Code ?? 'None');
};

/** Index of the first action that another transaction, or a throttle, stood in the way of; -1 when there is none. */
export const busyAction = (error: unknown): number =>
  reasonsOf(error)?.findIndex((reason) => BUSY_REASONS.has(reason)) ?? -1;

/**
 * The actions whose condition failed. Undefined when that is not what cancelled the transaction, and also when an
 * action before the first of them met another transaction: the earlier action's word counts more, so it is asked again.
 */
export const refusedActions = (error: unknown): readonly number[] | undefined => {
  const reasons = reasonsOf(error) ?? [];
  const refused = reasons.flatMap((reason, index) => (reason === 'ConditionalCheckFailed' ? [index] : []));
  const busy = busyAction(error);
  const first = refused[0];
  return first === undefined || (busy !== -1 && busy < first) ? undefined : refused;
};

/** How often a call is tried again, a transaction's conflicts included. */
export const dynamoAllowance = (error: unknown): Allowance | undefined => {
  const conflict = error instanceof AwsError && CONFLICTS.has(error.type);
  return conflict || busyAction(error) !== -1 ? CONFLICT : allowanceOf(error);
};
