const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** Values by property name that are a stack's own: secrets, and how its uploads travel. */
const OWN: Readonly<Record<string, string>> = {
  accessToken: '<token>',
  refreshToken: '<secret>',
  x: '<public key>',
  url: '<url>',
};

/** An order that is cancelled may have been priced before, or not: which of the two came first is left open. */
const withoutPrices = (order: object): object => {
  const { state: _, totalCents: __, lines, ...rest } = order as Record<string, unknown>;
  const bare = ((lines ?? []) as object[]).map((line) => ({ ...line, unitPriceCents: null }));
  return { ...rest, lines: bare, cancelled: true };
};

/** Replaces what must differ between two stacks (ids, times, secrets) by names; equal ids get equal names. */
export type Normalise = (value: unknown) => unknown;

/** Names ids in the order in which they are first seen: the n-th id of one stack is the n-th id of the other. */
export const makeNormalise = (): Normalise => {
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    const name = names.get(id) ?? `<id ${names.size + 1}>`;
    names.set(id, name);
    return name;
  };
  const text = (value: string): string => {
    const cursor = /^[A-Za-z0-9_-]{48}$/.test(value) ? Buffer.from(value, 'base64url').toString() : value;
    return cursor.replaceAll(TIME, '<time>').replaceAll(UUID, nameOf);
  };
  const normalise: Normalise = (value) => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(normalise);
    if (typeof value !== 'object' || value === null) return value;
    if ('state' in value && value.state === 'CANCELLED') return normalise(withoutPrices(value));
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) => {
        if (name === 'fields') {
          // The signature's fields are the stack's own; what the form is for is not.
          const { key, 'Content-Type': type } = member as Record<string, string>;
          return [[name, normalise({ key, type })]];
        }
        // A variant's url is part of the contract, an upload's is not.
        if (name === 'url' && String(member).startsWith('/')) return [[name, normalise(member)]];
        return [[name, OWN[name] ?? normalise(member)]];
      }),
    );
  };
  return normalise;
};
