import { createHash } from 'node:crypto';

/** An answer as it is compared: what both stacks must say alike. */
export type Answer = {
  /** The request in words, e.g. `GET /products/{id}`. */
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** A reply as it came. */
export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
};

/** The header fields that belong to the contract; the others say which server it was, and when. */
const COMPARED = [
  'content-type',
  'cache-control',
  'location',
  'etag',
  'allow',
  'idempotency-replayed',
  'retry-after',
  'www-authenticate',
  'x-content-type-options',
  'x-powered-by',
  'server',
] as const;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What is different by its nature: secrets, and places of the next page. */
const BY_NAME: Readonly<Record<string, string>> = {
  accessToken: '<access token>',
  refreshToken: '<refresh token>',
  nextCursor: '<cursor>',
};

/** An upload form: of its fields only the key and the type are the contract's, the rest is the technology's proof. */
const formOf = (form: Record<string, unknown>, value: (text: unknown) => unknown): unknown => {
  const fields = form['fields'] as Record<string, unknown>;
  return {
    url: '<upload url>',
    fields: {
      key: value(fields['key']),
      'Content-Type': fields['Content-Type'],
      '…': '<proof that this upload is allowed>',
    },
    expiresAt: value(form['expiresAt']),
  };
};

/**
 * Makes the normaliser of one walk through one stack. Ids become `<id 1>`, `<id 2>` in the order in which they appear, so
 * that the same thing has the same name on both sides and a mixed-up id shows.
 */
export const makeNormalise = (): ((request: string, reply: Reply) => Answer) => {
  const ids = new Map<string, string>();
  const named = (id: string): string => {
    const name = ids.get(id) ?? `<id ${ids.size + 1}>`;
    ids.set(id, name);
    return name;
  };
  const value = (given: unknown, key = ''): unknown => {
    if (given !== null && key in BY_NAME) return BY_NAME[key];
    if (typeof given === 'string') return TIME.test(given) ? '<time>' : given.replace(UUID, named);
    if (Array.isArray(given)) return given.map((member) => value(member));
    if (given === null || typeof given !== 'object') return given;
    const members = given as Record<string, unknown>;
    if (key === 'upload' && 'fields' in members) return formOf(members, value);
    return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, value(member, name)]));
  };
  const bodyOf = ({ headers, bytes }: Reply): unknown => {
    const type = headers['content-type'] ?? '';
    if (bytes.length === 0) return null;
    if (!/json/.test(type)) {
      const sha256 = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
      return { bytes: bytes.length, sha256 };
    }
    const text = new TextDecoder().decode(bytes);
    try {
      return value(JSON.parse(text));
    } catch {
      return text;
    }
  };
  return (request, reply) => ({
    request,
    status: reply.status,
    headers: Object.fromEntries(
      COMPARED.flatMap((name) => {
        const field = reply.headers[name];
        return field === undefined ? [] : [[name, field.replace(UUID, named)]];
      }),
    ),
    body: bodyOf(reply),
  });
};
