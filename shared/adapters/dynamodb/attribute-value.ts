/** What an item's attribute may hold. Of sets only those of strings; a number is a JavaScript number. */
export type Value =
  | string
  | number
  | boolean
  | null
  | ReadonlySet<string>
  | readonly Value[]
  | { readonly [name: string]: Value | undefined };

/** An item, or a part of one. A member that is undefined is left out. */
export type Item = { readonly [name: string]: Value | undefined };

/** A value in DynamoDB's JSON, e.g. `{S: 'text'}` or `{N: '1'}`. */
export type AttributeValue = { readonly [type: string]: unknown };

/** A value in DynamoDB's JSON. An empty set has none there: leave the attribute out. */
export const marshalValue = (value: Value): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('DynamoDB has no number that is not finite');
    return { N: String(value) };
  }
  if (value instanceof Set) return { SS: [...value] };
  if (Array.isArray(value)) return { L: value.map(marshalValue) };
  return { M: marshal(value as Item) };
};

/** An item in DynamoDB's JSON. */
export const marshal = (item: Item): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, marshalValue(value)]],
    ),
  );

/** A value out of DynamoDB's JSON. Throws for a type that nothing here writes (binary, sets of other kinds). */
export const unmarshalValue = (attribute: AttributeValue): Value => {
  const [type, value] = Object.entries(attribute)[0] ?? [];
  switch (type) {
    case 'S':
      return value as string;
    case 'N':
      return Number(value);
    case 'BOOL':
      return value as boolean;
    case 'NULL':
      return null;
    case 'SS':
      return new Set(value as string[]);
    case 'L':
      return (value as AttributeValue[]).map(unmarshalValue);
    case 'M':
      return unmarshal(value as Record<string, AttributeValue>);
    default:
      throw new TypeError(`an attribute of the unexpected type ${type}`);
  }
};

/** An item out of DynamoDB's JSON. */
export const unmarshal = (item: Readonly<Record<string, AttributeValue>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, unmarshalValue(attribute)]));
