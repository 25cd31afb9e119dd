import assert from 'node:assert/strict';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { logIn, newCredentials, newCustomer, subjectOf } from '../../support/people.ts';
import { call, ok, refused, type Shop, send } from '../../support/shop.ts';
import { newAddress } from '../../support/wire.ts';
import type { Section } from './rule.ts';

const wrong = 'not the password at all';

const refresh = (shop: Shop, refreshToken: string) =>
  call(shop, 'refreshSession', { body: { refreshToken } });

/** POST /auth/register. */
export const registration: Section = {
  about: 'POST /auth/register',
  rules: [
    {
      title: 'When an address is known, then the reply is the same as for a new one and its password stays',
      run: async (shop) => {
        const credentials = newCredentials();
        const first = await ok(shop, 'registerAccount', { body: credentials });
        const again = await ok(shop, 'registerAccount', {
          body: { ...credentials, password: `${wrong} again` },
        });
        assert.deepEqual(again.bytes, first.bytes);
        assert.deepEqual(Object.keys(again.headers).sort(), Object.keys(first.headers).sort());
        await logIn(shop, credentials);
        await refused(
          shop,
          'logIn',
          { body: { ...credentials, password: `${wrong} again` }, from: newAddress() },
          'unauthenticated',
        );
      },
    },
    {
      title: 'When two spellings of an address differ in case, then they are one account',
      run: async (shop) => {
        const credentials = newCredentials();
        await ok(shop, 'registerAccount', {
          body: { ...credentials, email: credentials.email.toUpperCase() },
        });
        const one = await logIn(shop, credentials);
        const other = await logIn(shop, { ...credentials, email: credentials.email.toUpperCase() });
        assert.equal(one.id, other.id);
      },
    },
    {
      title: 'When one address is registered many times at once, then it is one account',
      run: async (shop) => {
        const { email } = newCredentials();
        const passwords = [1, 2, 3, 4, 5].map((n) => `a password, number ${n}`);
        await Promise.all(
          passwords.map((password) => ok(shop, 'registerAccount', { body: { email, password } })),
        );
        const answers = [];
        for (const password of passwords)
          answers.push(await call(shop, 'logIn', { body: { email, password }, from: newAddress() }));
        assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      },
    },
    {
      title: 'When a password has 15 or 128 characters of any script, then it works',
      run: async (shop) => {
        for (const password of ['ж'.repeat(15), 'x'.repeat(128), '  spaces count  ']) {
          const credentials = { ...newCredentials(), password };
          await ok(shop, 'registerAccount', { body: credentials });
          await logIn(shop, credentials);
        }
      },
    },
  ],
};

/** POST /auth/login, limits aside. */
export const loggingIn: Section = {
  about: 'POST /auth/login',
  rules: [
    {
      title:
        'When the address is unknown or the password wrong, then the refusal is one and the same, byte for byte',
      run: async (shop) => {
        const { email } = await newCustomer(shop);
        const from = newAddress();
        const known = await refused(
          shop,
          'logIn',
          { body: { email, password: wrong }, from },
          'unauthenticated',
        );
        const unknown = await refused(
          shop,
          'logIn',
          { body: { ...newCredentials(), password: wrong }, from },
          'unauthenticated',
        );
        const short = await refused(
          shop,
          'logIn',
          { body: { email, password: 'x' }, from },
          'unauthenticated',
        );
        assert.deepEqual(known.bytes, unknown.bytes);
        assert.deepEqual(known.bytes, short.bytes);
      },
    },
    {
      title:
        'When somebody logs in, then the access token lives for 15 minutes and says who they are and what for',
      run: async (shop) => {
        const { body } = await ok(shop, 'logIn', { body: shop.admin, from: newAddress() });
        const { body: jwks } = await ok(shop, 'getJwks');
        const verified = await jwtVerify(body.accessToken, createLocalJWKSet(jwks as JSONWebKeySet), {
          typ: 'at+jwt',
          audience: 'duet-shop',
          issuer: 'duet-auth',
          algorithms: ['EdDSA'],
        });
        const { iat = 0, exp, jti, role, sub } = verified.payload;
        assert.equal(exp, iat + 900);
        assert.equal(role, 'admin');
        assert.match(String(sub), /^[0-9a-f-]{36}$/);
        assert.ok(jti && verified.protectedHeader.kid);
        assert.deepEqual(
          [body.tokenType, body.expiresIn, body.refreshExpiresIn],
          ['Bearer', 900, 30 * 24 * 3600],
        );
      },
    },
    {
      title: 'When a rightful customer logs in again and again, then no limit counts it',
      run: async (shop) => {
        const person = await newCustomer(shop);
        for (let times = 0; times < 11; times += 1) await logIn(shop, person, person.from);
      },
    },
  ],
};

/** POST /auth/refresh. */
export const refreshing: Section = {
  about: 'POST /auth/refresh',
  rules: [
    {
      title: 'When a refresh token is used, then it is exchanged for new tokens of the same account',
      run: async (shop) => {
        const person = await newCustomer(shop);
        const { body: second } = await ok(shop, 'refreshSession', {
          body: { refreshToken: person.refreshToken },
        });
        assert.notEqual(second.refreshToken, person.refreshToken);
        assert.equal(subjectOf(second.accessToken), person.id);
        await ok(shop, 'listOrders', { token: second.accessToken });
        await ok(shop, 'refreshSession', { body: { refreshToken: second.refreshToken } });
      },
    },
    {
      title:
        'When a refresh token is used a second time, then its whole family is revoked, and no other family',
      run: async (shop) => {
        const person = await newCustomer(shop);
        const elsewhere = await logIn(shop, person, person.from);
        const { body: second } = await ok(shop, 'refreshSession', {
          body: { refreshToken: person.refreshToken },
        });
        const stolen = await refresh(shop, person.refreshToken);
        assert.equal(stolen.code, 'unauthenticated');
        const revoked = await refresh(shop, second.refreshToken);
        assert.deepEqual(revoked.bytes, stolen.bytes);
        await ok(shop, 'refreshSession', { body: { refreshToken: elsewhere.refreshToken } });
      },
    },
    {
      title:
        'When one refresh token is used many times at once, then one use at most succeeds and the family is revoked',
      run: async (shop) => {
        const { refreshToken } = await newCustomer(shop);
        const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(shop, refreshToken)));
        const won = answers.filter(({ status }) => status === 200);
        assert.ok(won.length <= 1, `${won.length} uses succeeded`);
        assert.equal(
          answers.filter(({ code }) => code === 'unauthenticated').length,
          answers.length - won.length,
        );
        for (const { json } of won) {
          const { refreshToken: next } = json as { refreshToken: string };
          assert.equal((await refresh(shop, next)).code, 'unauthenticated');
        }
      },
    },
    {
      title: 'When a token is no refresh token, then the refusal is the same, whatever it is',
      run: async (shop) => {
        const { token } = await newCustomer(shop);
        const unknown = await refresh(shop, 'A'.repeat(43));
        assert.equal(unknown.code, 'unauthenticated');
        for (const other of [token.slice(0, 128), 'x', '=', 'ж'])
          assert.deepEqual((await refresh(shop, other)).bytes, unknown.bytes);
      },
    },
  ],
};

/** GET /.well-known/jwks.json. */
export const keys: Section = {
  about: 'GET /.well-known/jwks.json',
  rules: [
    {
      title: 'When the keys are read, then they are public Ed25519 keys and nothing more',
      run: async (shop) => {
        const { json } = await send(shop, 'auth', 'GET', '/.well-known/jwks.json');
        const { keys } = json as { keys: Record<string, unknown>[] };
        assert.ok(keys.length >= 1);
        for (const key of keys) {
          assert.deepEqual(
            Object.keys(key).filter((name) => !['kty', 'crv', 'x', 'kid', 'use', 'alg'].includes(name)),
            [],
          );
          assert.equal(Buffer.from(String(key['x']), 'base64url').length, 32);
        }
      },
    },
  ],
};
