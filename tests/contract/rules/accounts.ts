import assert from 'node:assert/strict';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { logIn, newCredentials, newCustomer } from '../../support/people.ts';
import { call, ok, refused } from '../../support/shop.ts';
import { newAddress } from '../../support/wire.ts';
import type { Section } from './rule.ts';

const wrong = 'not the password at all';

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
