import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { type RouteKey, routes } from '@duet/shared/contract/routes.ts';
import { administrator, someCustomer } from '../../support/people.ts';
import { call, refused, type Shop } from '../../support/shop.ts';
import { example, routeKeys, titleOf } from './examples.ts';
import type { Rule, Section } from './rule.ts';

const json = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with the header and claims of a good one, signed by somebody else. */
const forged = (good: string): string => {
  const [header, claims] = good.split('.');
  const { privateKey } = generateKeyPairSync('ed25519');
  const signature = sign(null, Buffer.from(`${header}.${claims}`), privateKey).toString('base64url');
  return `${header}.${claims}.${signature}`;
};

/** The last character of a signature holds unused bits: another one decodes to the same bytes. */
const otherLastCharacter = (good: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return good.slice(0, -1) + alphabet[alphabet.indexOf(good.at(-1) ?? '') ^ 1];
};

/** Authorization fields that let nobody in, made from an administrator's good token. */
const hostile = (good: string): Record<string, string> => {
  const [header = '', claims = '', signature = ''] = good.split('.');
  const raised = part({ ...json(claims), role: 'admin' });
  const unsigned = part({ ...json(header), alg: 'none' });
  return {
    'no token': 'Bearer',
    'another scheme': `Basic ${Buffer.from('admin:admin').toString('base64')}`,
    'a token without its scheme': good,
    nonsense: 'Bearer nonsense',
    'three empty parts': 'Bearer ..',
    'claims that were changed': `Bearer ${header}.${raised.slice(0, -4)}AAAA.${signature}`,
    'another signature': `Bearer ${forged(good)}`,
    'alg none': `Bearer ${unsigned}.${claims}.`,
    'alg none, signed': `Bearer ${unsigned}.${claims}.${signature}`,
    'an unknown kid': `Bearer ${part({ ...json(header), kid: 'nobody' })}.${claims}.${signature}`,
    'a non-canonical last character': `Bearer ${otherLastCharacter(good)}`,
    'a token that is too long': `Bearer ${good}${'A'.repeat(3000)}`,
  };
};

/** Header fields that must come once: which of two counts is where two parties come to differ. */
const doubled: Rule[] = [
  {
    title: 'When a request has two Authorization fields, then it is unauthenticated, both good or not',
    run: async (shop) => {
      const { token } = await administrator(shop);
      const field = (value: string) => ['authorization', `Bearer ${value}`] as const;
      for (const other of [token, 'nonsense']) {
        for (const headers of [
          [field(token), field(other)],
          [field(other), field(token)],
        ]) {
          await refused(shop, 'createProduct', { ...example('createProduct'), headers }, 'unauthenticated');
        }
      }
    },
  },
  {
    title: 'When a request has two Content-Type fields, then it is unsupported-media-type, equal or not',
    run: async (shop) => {
      const { token } = await administrator(shop);
      for (const other of ['application/json', 'text/plain']) {
        const options = { ...example('createProduct'), token, headers: [['content-type', other]] as const };
        await refused(shop, 'createProduct', options, 'unsupported-media-type');
      }
    },
  },
];

const callWith = (shop: Shop, key: RouteKey, token?: string) =>
  call(shop, key, { ...example(key), ...(token !== undefined && { token }) });

/** A call that may go on: whatever comes of it, it is not for want of rights. */
const allowed = async (shop: Shop, key: RouteKey, token?: string): Promise<void> => {
  const { code } = await callWith(shop, key, token);
  assert.ok(code !== 'unauthenticated' && code !== 'forbidden', `${key}: ${code}`);
};

const rulesOf = (key: RouteKey): Rule[] => {
  const { who } = routes[key];
  if (who === 'anyone') {
    // Log-in and refresh answer 401 for other reasons; a body that is no good shows that they were reached.
    const reach = key === 'logIn' || key === 'refreshSession' ? { body: {} } : {};
    return [
      {
        title: `When anyone calls ${titleOf(key)}, then Authorization is neither needed nor looked at`,
        run: async (shop) => {
          for (const headers of [[], [['authorization', 'Bearer nonsense']]] as const) {
            const { code } = await call(shop, key, { ...example(key), ...reach, headers });
            assert.ok(code !== 'unauthenticated' && code !== 'forbidden', `${key}: ${code}`);
          }
        },
      },
    ];
  }
  return [
    {
      title: `When nobody is logged in, then ${titleOf(key)} is refused before anything else is looked at`,
      run: async (shop) => {
        await refused(shop, key, example(key), 'unauthenticated');
        const params = Object.fromEntries(
          Object.keys(example(key).params ?? {}).map((name) => [name, 'no-uuid']),
        );
        await refused(shop, key, { params, raw: '{', contentType: 'text/plain' }, 'unauthenticated');
      },
    },
    {
      title: `When a customer calls ${titleOf(key)}, then it is ${who === 'admin' ? 'forbidden' : 'allowed'}`,
      run: async (shop) => {
        const { token } = await someCustomer(shop);
        if (who === 'customer') return allowed(shop, key, token);
        await refused(shop, key, { ...example(key), token }, 'forbidden');
        await refused(shop, key, { params: example(key).params ?? {}, raw: '{', token }, 'forbidden');
      },
    },
    {
      title: `When an administrator calls ${titleOf(key)}, then it is allowed`,
      run: async (shop) => allowed(shop, key, (await administrator(shop)).token),
    },
    {
      title: `When a token is not exactly right, then ${titleOf(key)} is refused`,
      run: async (shop) => {
        const { token } = await administrator(shop);
        for (const [what, authorization] of Object.entries(hostile(token))) {
          const answer = await call(shop, key, {
            ...example(key),
            headers: [['authorization', authorization]],
          });
          assert.equal(answer.code, 'unauthenticated', `${key} took ${what}`);
        }
      },
    },
  ];
};

/** Every route x {nobody, customer, administrator, hostile token}, from the table. */
export const authorization: Section = {
  about: 'Authorization',
  rules: [...routeKeys.flatMap(rulesOf), ...doubled],
};
