import { HASH_LIMITS, makePasswordHasher } from '@duet/shared/adapters/argon2/password-hasher.ts';
import { describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';

const hasher = makePasswordHasher();
const password = 'correct horse battery';

describe('makePasswordHasher', () => {
  it('When a password is hashed, then it is an argon2id PHC string with its parameters and a salt of its own', async () => {
    const [one, two] = await Promise.all([hasher.hash(password), hasher.hash(password)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await hasher.verify(one, password)).toBe(true);
    expect(await hasher.verify(two, `${password}.`)).toBe(false);
  });

  it('When a hash was made by the reference implementation, then it verifies', async () => {
    // phc-winner-argon2, src/test.c: argon2id, v=19, t=2, m=2^8, p=1, "password" with the salt "somesalt".
    const reference = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await hasher.verify(reference, 'password')).toBe(true);
    expect(await hasher.verify(reference, 'passwore')).toBe(false);
  });

  it('When there is no account, then no password is right, not even an empty one', async () => {
    expect(await hasher.verify(undefined, '')).toBe(false);
    expect(await hasher.verify(undefined, password)).toBe(false);
  });

  it('When a stored hash is damaged, then it is a fault and no wrong password', async () => {
    await expect(hasher.verify('$2b$10$abcdefghijklmnopqrstuv', password)).rejects.toThrow(/not an argon2id/);
  });

  it('When 50 come at once, then 4 run, 32 wait, and the others are refused at once', async () => {
    expect(HASH_LIMITS).toEqual({ running: 4, waiting: 32 });
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOfPromise(hasher.hash(password))));
    expect(codes.filter((code) => code === undefined)).toHaveLength(36);
    expect(codes.filter((code) => code === 'overloaded')).toHaveLength(14);
    expect(await codeOfPromise(hasher.hash(password))).toBeUndefined(); // every place was given back
  });

  it('When one that runs fails, then its place is given back', async () => {
    const narrow = makePasswordHasher({ running: 1, waiting: 1 });
    const outcomes = await Promise.allSettled([narrow.verify('damaged', 'x'), narrow.hash(password)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await codeOfPromise(narrow.hash(password))).toBeUndefined();
  });
});
