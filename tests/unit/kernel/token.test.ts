import { createHmac, createPublicKey, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { makeKeyStore } from '@duet/shared/adapters/memory/key-store.ts';
import { serviceTokenUse } from '@duet/shared/kernel/access.ts';
import { generateSigningKey, makeSigningKeys } from '@duet/shared/kernel/token.ts';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { encode, forge, makeIssuer, NOW, SUBJECT } from '../support/token-factory.ts';

const issuer = await makeIssuer();
const { header, payload, privateKey } = issuer;
const good = forge(header, payload, privateKey);
const seconds = Math.floor(NOW / 1000);

const without = (record: Record<string, unknown>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

/** The signed text with another character at the end of its signature that decodes to the same bytes. */
const nonCanonical = (token: string): string => {
  const last = token.at(-1) ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const twin = alphabet[alphabet.indexOf(last) + 1] ?? '';
  const changed = `${token.slice(0, -1)}${twin}`;
  const bytesOf = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url');
  expect(bytesOf(changed).equals(bytesOf(token))).toBe(true);
  return changed;
};

const hmac = (secret: string | Buffer): string => {
  const input = `${encode({ ...header, alg: 'HS256' })}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};

const publicKey = createPublicKey(privateKey);

const signedByRsa = (): string => {
  const input = `${encode({ ...header, alg: 'RS256' })}.${encode(payload)}`;
  const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${input}.${signBytes('sha256', Buffer.from(input), rsa).toString('base64url')}`;
};

const [head = '', body = '', signature = ''] = good.split('.');

const hostile: [string, string][] = [
  ['nothing', ''],
  ['a word', 'token'],
  ['two parts', `${head}.${body}`],
  ['four parts', `${good}.${signature}`],
  ['no signature', `${head}.${body}.`],
  ['a trailing newline', `${good}\n`],
  ['a leading space', ` ${good}`],
  ['padding', `${good}=`],
  ['base64 instead of base64url', `${head}.${body}.${'+/'.repeat(43)}`],
  ['a non-canonical last character', nonCanonical(good)],
  ['more than 2,048 characters', forge(header, { ...payload, filler: 'x'.repeat(2000) }, privateKey)],
  [
    'another payload under the same signature',
    `${head}.${encode({ ...payload, role: 'admin' })}.${signature}`,
  ],
  ['a signature of zeros', `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`],
  ['half a signature', `${head}.${body}.${signature.slice(0, 43)}`],
  ["another key's signature", forge(header, payload, issuer.otherPrivateKey)],
  ['alg none', `${encode({ ...header, alg: 'none' })}.${body}.${signature}`],
  ['alg none without a signature', `${encode({ alg: 'none', typ: 'at+jwt', kid: 'key-1' })}.${body}.`],
  ['HS256 with the public key as its secret', hmac(publicKey.export({ format: 'der', type: 'spki' }))],
  ['HS256 with the public key in PEM', hmac(publicKey.export({ format: 'pem', type: 'spki' }))],
  ['HS256 with the x of the JWK', hmac(String(issuer.key.publicJwk.x))],
  ['RS256', signedByRsa()],
  ['no alg', forge(without(header, 'alg'), payload, privateKey)],
  ['alg in lower case', forge({ ...header, alg: 'eddsa' }, payload, privateKey)],
  ['no kid', forge(without(header, 'kid'), payload, privateKey)],
  ['an unknown kid', forge({ ...header, kid: 'key-2' }, payload, privateKey)],
  ['a kid that is a number', forge({ ...header, kid: 1 }, payload, privateKey)],
  ['a kid that is a path', forge({ ...header, kid: '../../dev/null' }, payload, privateKey)],
  [
    'a key of its own in the header',
    forge({ ...header, kid: 'mine', jwk: publicKey.export({ format: 'jwk' }) }, payload, privateKey),
  ],
  ['a critical extension', forge({ ...header, crit: ['x'], x: 1 }, payload, privateKey)],
  ['no typ', forge(without(header, 'typ'), payload, privateKey)],
  ['typ JWT', forge({ ...header, typ: 'JWT' }, payload, privateKey)],
  ['typ service+jwt', forge({ ...header, typ: 'service+jwt' }, payload, privateKey)],
  ['no iss', forge(header, without(payload, 'iss'), privateKey)],
  ['another iss', forge(header, { ...payload, iss: 'duet-orders' }, privateKey)],
  ['no aud', forge(header, without(payload, 'aud'), privateKey)],
  ['another aud', forge(header, { ...payload, aud: 'duet-inventory-events' }, privateKey)],
  ['an array as aud', forge(header, { ...payload, aud: ['duet-shop', 'other'] }, privateKey)],
  ['an array of one as aud', forge(header, { ...payload, aud: ['duet-shop'] }, privateKey)],
  ['no exp', forge(header, without(payload, 'exp'), privateKey)],
  ['an exp that is text', forge(header, { ...payload, exp: String(payload.exp) }, privateKey)],
  ['exp 1e308', forge(header, { ...payload, exp: 1e308 }, privateKey)],
  [
    'exp beyond any double',
    forge(header, JSON.stringify(payload).replace(/"exp":\d+/, '"exp":1e999'), privateKey),
  ],
  ['half a second in exp', forge(header, { ...payload, exp: payload.exp + 0.5 }, privateKey)],
  ['an exp that is past', forge(header, { ...payload, iat: seconds - 901, exp: seconds - 1 }, privateKey)],
  ['an exp that is now', forge(header, { ...payload, exp: seconds }, privateKey)],
  ['an nbf to come', forge(header, { ...payload, nbf: seconds + 60 }, privateKey)],
  ['no iat', forge(header, without(payload, 'iat'), privateKey)],
  ['an iat below zero', forge(header, { ...payload, iat: -1 }, privateKey)],
  ['no jti', forge(header, without(payload, 'jti'), privateKey)],
  ['an empty jti', forge(header, { ...payload, jti: '' }, privateKey)],
  ['no sub', forge(header, without(payload, 'sub'), privateKey)],
  ['an object as sub', forge(header, { ...payload, sub: { id: SUBJECT } }, privateKey)],
  ['an array as sub', forge(header, { ...payload, sub: [SUBJECT] }, privateKey)],
  ['a sub that is no UUID', forge(header, { ...payload, sub: "' or 1=1" }, privateKey)],
  ['a sub with a newline', forge(header, { ...payload, sub: `${SUBJECT}\n` }, privateKey)],
  ['no role', forge(header, without(payload, 'role'), privateKey)],
  ['an unknown role', forge(header, { ...payload, role: 'root' }, privateKey)],
  ['an array as payload', forge(header, [payload], privateKey)],
  ['text as payload', forge(header, 'not json', privateKey)],
  ['a header that is not JSON', forge('not json', payload, privateKey)],
];

describe('makeVerifyAccess', () => {
  it('When a token is exactly right, then it tells whose it is', async () => {
    expect(await issuer.verify(good)).toEqual({ id: SUBJECT, role: 'customer' });
  });

  it('When auth signs a token, then it verifies until its 15 minutes are over', async () => {
    const token = await issuer.sign(issuer.use, 900, { sub: SUBJECT, role: 'admin' });
    expect(await issuer.verifyAt(NOW + 899_000)(token)).toEqual({ id: SUBJECT, role: 'admin' });
    expect(await codeOfPromise(issuer.verifyAt(NOW + 900_000)(token))).toBe('unauthenticated');
  });

  it.each(hostile)('When a token has %s, then it is refused', async (_, token) => {
    expect(await codeOfPromise(issuer.verify(token))).toBe('unauthenticated');
  });

  it('When a service token is used as an access token, then it is refused', async () => {
    const token = await issuer.sign(serviceTokenUse('orders', 'inventory'), 60, { sub: 'orders' });
    expect(await codeOfPromise(issuer.verify(token))).toBe('unauthenticated');
  });
});

describe('makeSigningKeys', () => {
  it('When no key was ever made, then the first use makes one, and all later uses get the same', async () => {
    const store = makeKeyStore();
    const keys = makeSigningKeys({ store, newId: () => 'first' });
    const [one, two] = await Promise.all([keys(), keys()]);
    expect(one.map(({ kid }) => kid)).toEqual(['first']);
    expect(two).toEqual(one);
  });

  it('When two processes make the first key at once, then both sign with the same', async () => {
    const store = makeKeyStore();
    const processes = ['a', 'b', 'c'].map((kid) => makeSigningKeys({ store, newId: () => kid }));
    const kids = await Promise.all(processes.map(async (keys) => (await keys())[0]?.kid));
    expect(new Set(kids).size).toBe(1);
  });

  it('When the store fails once, then the next use asks it again', async () => {
    const key = await generateSigningKey('k');
    let failures = 1;
    const store = {
      list: async () => {
        if (failures-- > 0) throw new Error('down');
        return [key];
      },
      insertFirst: async () => [key],
    };
    const keys = makeSigningKeys({ store, newId: () => 'x' });
    await expect(keys()).rejects.toThrow('down');
    expect(await keys()).toEqual([key]);
  });
});
