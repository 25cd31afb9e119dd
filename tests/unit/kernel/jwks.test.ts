import { makeGetJwks } from '@duet/shared/auth/get-jwks.ts';
import { JWKS_COOLDOWN_MS, JWKS_FRESH_MS, makePublicKeys } from '@duet/shared/kernel/jwks.ts';
import { generateSigningKey, type SigningKey } from '@duet/shared/kernel/token.ts';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';

const [first, second] = await Promise.all([generateSigningKey('first'), generateSigningKey('second')]);

/** Auth as its readers see it: up or down, with a set of keys, and a count of how often it was asked. */
const makeAuth = (waits = false) => {
  const auth = { up: true, keys: [first] as SigningKey[], asked: 0, now: 1_000_000 };
  const publicKeys = makePublicKeys({
    clock: () => auth.now,
    waits,
    fetchJwks: async () => {
      auth.asked += 1;
      if (!auth.up) throw new Error('connect ECONNREFUSED');
      return makeGetJwks({ keys: async () => auth.keys })();
    },
  });
  return { auth, publicKeys };
};

/** Lets work that runs in the background of a request end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('makePublicKeys', () => {
  it('When auth is down for 30 minutes, then its keys still serve, and auth is asked at most every 5 s', async () => {
    const { auth, publicKeys } = makeAuth();
    expect(await publicKeys('first')).toBeDefined();
    auth.up = false;
    const start = auth.now;
    for (; auth.now <= start + 30 * 60_000; auth.now += 1_000) {
      expect(await publicKeys('first')).toBeDefined();
      await settled();
    }
    const stale = 30 * 60_000 - JWKS_FRESH_MS;
    expect(auth.asked - 1).toBeGreaterThan(1);
    expect(auth.asked - 1).toBeLessThanOrEqual(stale / JWKS_COOLDOWN_MS + 1);
  });

  it('When auth has never answered, then it is overloaded (503), and asked again at the next request', async () => {
    const { auth, publicKeys } = makeAuth();
    auth.up = false;
    expect(await codeOfPromise(publicKeys('first'))).toBe('overloaded');
    auth.up = true;
    expect(await publicKeys('first')).toBeDefined();
  });

  it('When the set is fresh, then auth is not asked', async () => {
    const { auth, publicKeys } = makeAuth();
    await publicKeys('first');
    auth.now += JWKS_FRESH_MS - 1;
    await publicKeys('first');
    expect(auth.asked).toBe(1);
  });

  it('When the set is stale, then the request is served at once and the set is read again behind it', async () => {
    const { auth, publicKeys } = makeAuth();
    await publicKeys('first');
    auth.now += JWKS_FRESH_MS;
    auth.keys = [second];
    expect(await publicKeys('first')).toBeDefined();
    await expect.poll(() => publicKeys('first')).toBeUndefined();
    expect(auth.asked).toBe(2);
  });

  it('When nothing runs on behind a reply, then the request that finds the set stale waits for the new one', async () => {
    const { auth, publicKeys } = makeAuth(true);
    await publicKeys('first');
    auth.now += JWKS_FRESH_MS;
    auth.keys = [second];
    expect(await publicKeys('first')).toBeUndefined();
    auth.now += JWKS_FRESH_MS;
    auth.up = false;
    expect(await publicKeys('second')).toBeDefined();
    expect(auth.asked).toBe(3);
  });

  it('When a key is new, then the request that names it waits for one read', async () => {
    const { auth, publicKeys } = makeAuth();
    await publicKeys('first');
    auth.keys = [second, first];
    auth.now += JWKS_COOLDOWN_MS;
    expect(await publicKeys('second')).toBeDefined();
    expect(auth.asked).toBe(2);
  });

  it('When many tokens name keys that do not exist, then auth is asked once in 5 s', async () => {
    const { auth, publicKeys } = makeAuth();
    await publicKeys('first');
    auth.now += JWKS_COOLDOWN_MS;
    for (let n = 0; n < 100; n += 1) {
      expect(await publicKeys(`forged-${n}`)).toBeUndefined();
      auth.now += 10;
    }
    expect(auth.asked).toBe(2);
  });

  it('When many requests come at once to a cold process, then auth is asked once', async () => {
    const { auth, publicKeys } = makeAuth();
    const found = await Promise.all(Array.from({ length: 50 }, () => publicKeys('first')));
    expect(found.every((key) => key !== undefined)).toBe(true);
    expect(auth.asked).toBe(1);
  });

  it.each([
    ['a private key type', { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'first' }] }],
    ['a web page', '<html>'],
    ['a key without kid', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }] }],
  ])('When auth answers with %s, then the keys that are known stay', async (_, answer) => {
    let reply: unknown = { keys: [first.publicJwk] };
    let now = 0;
    const publicKeys = makePublicKeys({ clock: () => now, fetchJwks: async () => reply });
    await publicKeys('first');
    reply = answer;
    now += JWKS_FRESH_MS;
    await publicKeys('first');
    await settled();
    expect(await publicKeys('first')).toBeDefined();
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('When keys are published, then nothing of their private halves is', async () => {
    const jwks = await makeGetJwks({ keys: async () => [second, first] })();
    expect(jwks.keys.map(({ kid }) => kid)).toEqual(['second', 'first']);
    expect(JSON.stringify(jwks)).not.toContain(String(first.privateJwk.d));
    expect(jwks.keys.every((key) => !('d' in key))).toBe(true);
  });
});
