import assert from 'node:assert/strict';
import { logIn, newCustomer, subjectOf } from '../../support/people.ts';
import { call, ok, type Shop, send } from '../../support/shop.ts';
import type { Section } from './rule.ts';

const refresh = (shop: Shop, refreshToken: string) =>
  call(shop, 'refreshSession', { body: { refreshToken } });

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
