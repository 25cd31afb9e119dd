import { type Item, marshal } from './attribute-value.ts';

/** The primary key of an item. */
export type Key = { readonly pk: string; readonly sk: string };

/**
 * A condition on an item in DynamoDB's own language, e.g. `version = :version`; `:version` is given in `values`.
 * `#name` in an expression stands for the attribute `name`, which is how reserved words are written.
 */
export type Condition = { readonly condition?: string; readonly values?: Item };

/** Holds when there is no item with this key yet. */
export const ABSENT = 'attribute_not_exists(pk)';

/** Holds when there is an item with this key. */
export const PRESENT = 'attribute_exists(pk)';

/** Names and values that the expressions of a request use, in the request's form. Absent ones must be left out. */
export const expressionInput = (
  values: Item | undefined,
  ...expressions: readonly (string | undefined)[]
): Record<string, unknown> => {
  const names = new Set(expressions.flatMap((expression) => expression?.match(/#\w+/g) ?? []));
  return {
    ...(names.size > 0 && {
      ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [name, name.slice(1)])),
    }),
    ...(values && { ExpressionAttributeValues: marshal(prefixed(values)) }),
  };
};

const prefixed = (values: Item): Item =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
