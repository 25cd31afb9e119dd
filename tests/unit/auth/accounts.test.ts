import { makeAccountStore } from '@duet/shared/adapters/memory/account-store.ts';
import { makeAttemptStore } from '@duet/shared/adapters/memory/attempt-store.ts';
import { makeKeyStore } from '@duet/shared/adapters/memory/key-store.ts';
import { makeSessionStore } from '@duet/shared/adapters/memory/session-store.ts';
import { makeCreateAdministrator } from '@duet/shared/auth/create-administrator.ts';
import { makeGetJwks } from '@duet/shared/auth/get-jwks.ts';
import { REFRESH_TOKEN_SECONDS } from '@duet/shared/auth/issue-tokens.ts';
import { makeLogIn } from '@duet/shared/auth/log-in.ts';
import type { PasswordHasher } from '@duet/shared/auth/ports.ts';
import { makeRefreshSession } from '@duet/shared/auth/refresh-session.ts';
import { makeRegisterAccount } from '@duet/shared/auth/register-account.ts';
import { Tokens } from '@duet/shared/auth/schema.ts';
import { makeSweepSessions } from '@duet/shared/auth/sweep-sessions.ts';
import { makeVerifyAccess } from '@duet/shared/kernel/access.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { makePublicKeys } from '@duet/shared/kernel/jwks.ts';
import { makeSigningKeys, makeSignToken } from '@duet/shared/kernel/token.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { codeOfPromise } from '../support/code-of.ts';
import { idOf } from '../support/world.ts';

const MINUTE = 60_000;
const email = 'ada@example.com';
const password = 'correct horse battery';

/** Auth over memory stores, with a hasher that takes no time and counts its work. */
const makeAuth = () => {
  const time = { now: Date.parse('2026-10-18T12:00:00.000Z') };
  const work = { hashes: 0, overloaded: false };
  let ids = 0;
  const hasher: PasswordHasher = {
    hash: async (text) => {
      work.hashes += 1;
      return `hash of ${text}`;
    },
    verify: async (hash, text) => {
      if (work.overloaded) throw new DomainError('overloaded');
      work.hashes += 1;
      return hash === `hash of ${text}`;
    },
  };
  const newId = () => {
    ids += 1;
    return idOf(ids, 0xa);
  };
  const clock = () => time.now;
  const keys = makeSigningKeys({ store: makeKeyStore(), newId });
  const deps = {
    clock,
    newId,
    hasher,
    accounts: makeAccountStore(),
    sessions: makeSessionStore(),
    attempts: makeAttemptStore(),
    sign: makeSignToken({ keys, clock, newId }),
    newSecret: () => `secret-${newId()}`,
    issuer: 'duet-auth',
  };
  const publicKeys = makePublicKeys({ fetchJwks: makeGetJwks({ keys }), clock });
  return {
    time,
    work,
    accounts: deps.accounts,
    sessions: deps.sessions,
    register: makeRegisterAccount(deps),
    logIn: makeLogIn(deps),
    refresh: makeRefreshSession(deps),
    sweep: makeSweepSessions(deps),
    createAdministrator: makeCreateAdministrator(deps),
    verify: makeVerifyAccess({ keys: publicKeys, clock, issuer: 'duet-auth' }),
  };
};

let auth: ReturnType<typeof makeAuth>;
beforeEach(() => {
  auth = makeAuth();
});

const retryAfterOf = async (promise: Promise<unknown>): Promise<number | undefined> => {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  return error instanceof DomainError && error.code === 'rate-limited' ? error.details.retryAfter : undefined;
};

describe('POST /auth/register', () => {
  it('When an address is known, then the reply and the work are the same as for a new one', async () => {
    const first = await auth.register({ email, password });
    const workForNew = auth.work.hashes;
    const second = await auth.register({ email, password: 'another password entirely' });
    expect(second).toEqual(first);
    expect(auth.work.hashes).toBe(2 * workForNew);
  });

  it('When an address is registered again, then its password stays the first one', async () => {
    await auth.register({ email, password });
    await auth.register({ email, password: 'another password entirely' });
    expect(await codeOfPromise(auth.logIn({ email, password }, '10.0.0.1'))).toBeUndefined();
    expect(
      await codeOfPromise(auth.logIn({ email, password: 'another password entirely' }, '10.0.0.1')),
    ).toBe('unauthenticated');
  });

  it('When somebody registers, then the account is a customer, whoever asked', async () => {
    await auth.register({ email, password });
    expect(await auth.accounts.findByEmail(email)).toMatchObject({ role: 'customer' });
  });
});

describe('POST /auth/login', () => {
  it('When the password is right, then the access token names the account and lives for 15 minutes', async () => {
    await auth.register({ email, password });
    const tokens = Tokens.parse(await auth.logIn({ email, password }, '10.0.0.1'));
    const account = await auth.accounts.findByEmail(email);
    expect(await auth.verify(tokens.accessToken)).toEqual({ id: account?.id, role: 'customer' });
    expect(tokens).toMatchObject({ expiresIn: 900, refreshExpiresIn: REFRESH_TOKEN_SECONDS });
    auth.time.now += 15 * MINUTE;
    expect(await codeOfPromise(auth.verify(tokens.accessToken))).toBe('unauthenticated');
  });

  it('When the address is unknown or the password wrong, then refusal and work are the same', async () => {
    await auth.register({ email, password });
    const tries = [
      { email, password: 'wrong' },
      { email: 'nobody@example.com', password },
    ];
    const outcomes: unknown[] = [];
    for (const input of tries) {
      const before = auth.work.hashes;
      const error: unknown = await auth.logIn(input, '10.0.0.1').catch((thrown: unknown) => thrown);
      outcomes.push({ ...(error as DomainError).details, work: auth.work.hashes - before });
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
  });

  it('When an account and address fail 10 times in 15 minutes, then the 11th is refused, even with the right password', async () => {
    await auth.register({ email, password });
    for (let n = 0; n < 10; n += 1) {
      expect(await codeOfPromise(auth.logIn({ email, password: 'wrong' }, '10.0.0.1'))).toBe(
        'unauthenticated',
      );
    }
    const work = auth.work.hashes;
    const seconds = await retryAfterOf(auth.logIn({ email, password }, '10.0.0.1'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(15 * 60);
    expect(auth.work.hashes).toBe(work); // no hash is spent on it
    auth.time.now += (seconds ?? 0) * 1000;
    expect(await codeOfPromise(auth.logIn({ email, password }, '10.0.0.1'))).toBeUndefined();
  });

  it('When one address tries 50 accounts, then the next is refused there and served elsewhere', async () => {
    await auth.register({ email, password });
    for (let n = 0; n < 50; n += 1) {
      await codeOfPromise(auth.logIn({ email: `user-${n}@example.com`, password }, '10.0.0.1'));
    }
    expect(await codeOfPromise(auth.logIn({ email, password }, '10.0.0.1'))).toBe('rate-limited');
    expect(await codeOfPromise(auth.logIn({ email, password }, '10.0.0.2'))).toBeUndefined();
  });

  it('When 100 addresses guess at one account, then it is closed for the hour', async () => {
    await auth.register({ email, password });
    for (let n = 0; n < 100; n += 1)
      await codeOfPromise(auth.logIn({ email, password: 'wrong' }, `10.0.1.${n}`));
    const seconds = await retryAfterOf(auth.logIn({ email, password }, '10.0.2.1'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(3600);
  });

  it('When 30 guesses come at once, then no more than 10 are looked at', async () => {
    await auth.register({ email, password });
    const codes = await Promise.all(
      Array.from({ length: 30 }, () => codeOfPromise(auth.logIn({ email, password: 'wrong' }, '10.0.0.1'))),
    );
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(10);
    expect(codes.filter((code) => code === 'rate-limited')).toHaveLength(20);
  });

  it('When a customer logs in rightly 200 times, then no limit is ever met', async () => {
    await auth.register({ email, password });
    for (let n = 0; n < 200; n += 1) {
      expect(await codeOfPromise(auth.logIn({ email, password }, '10.0.0.1'))).toBeUndefined();
    }
  });

  it('When the hasher is overloaded, then the attempt is not counted, for no password was looked at', async () => {
    await auth.register({ email, password });
    auth.work.overloaded = true;
    for (let n = 0; n < 60; n += 1) {
      expect(await codeOfPromise(auth.logIn({ email, password }, '10.0.0.1'))).toBe('overloaded');
    }
    auth.work.overloaded = false;
    expect(await codeOfPromise(auth.logIn({ email, password }, '10.0.0.1'))).toBeUndefined();
  });
});

describe('POST /auth/refresh', () => {
  const logIn = async () => {
    await auth.register({ email, password });
    return auth.logIn({ email, password }, '10.0.0.1');
  };

  it('When tokens are refreshed again and again, then each works once and brings the next', async () => {
    let tokens = await logIn();
    const seen = new Set<string>();
    for (let n = 0; n < 5; n += 1) {
      seen.add(tokens.refreshToken);
      tokens = await auth.refresh(tokens);
      expect(await codeOfPromise(auth.verify(tokens.accessToken))).toBeUndefined();
    }
    expect(seen.has(tokens.refreshToken)).toBe(false);
    expect(seen.size).toBe(5);
  });

  it('When a token is used a second time, then its whole family is revoked and other sessions are not', async () => {
    const stolen = await logIn();
    const other = await auth.logIn({ email, password }, '10.0.0.2');
    const next = await auth.refresh(stolen);
    expect(await codeOfPromise(auth.refresh(stolen))).toBe('unauthenticated');
    expect(await codeOfPromise(auth.refresh(next))).toBe('unauthenticated');
    expect(await codeOfPromise(auth.refresh(other))).toBeUndefined();
  });

  it('When a token is used twice at once, then at most one succeeds and its family is revoked', async () => {
    const tokens = await logIn();
    const results = await Promise.allSettled([auth.refresh(tokens), auth.refresh(tokens)]);
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(won.length).toBeLessThanOrEqual(1);
    for (const next of won) expect(await codeOfPromise(auth.refresh(next))).toBe('unauthenticated');
  });

  it.each([
    ['unknown', 'nonsense', 0],
    ['older than 30 days', undefined, REFRESH_TOKEN_SECONDS * 1000],
  ])('When the token is %s, then it is refused', async (_, refreshToken, later) => {
    const tokens = await logIn();
    auth.time.now += later;
    expect(await codeOfPromise(auth.refresh({ refreshToken: refreshToken ?? tokens.refreshToken }))).toBe(
      'unauthenticated',
    );
  });

  it('When sessions are swept, then only what has expired is gone', async () => {
    const old = await logIn();
    auth.time.now += REFRESH_TOKEN_SECONDS * 1000 - 1;
    const fresh = await auth.logIn({ email, password }, '10.0.0.1');
    auth.time.now += 2;
    await auth.sweep();
    expect(await codeOfPromise(auth.refresh(old))).toBe('unauthenticated');
    expect(await codeOfPromise(auth.refresh(fresh))).toBeUndefined();
  });
});

describe('create-administrator', () => {
  it('When an administrator is created, then its token says so', async () => {
    const { id } = await auth.createAdministrator({ email, password });
    const tokens = await auth.logIn({ email, password }, '10.0.0.1');
    expect(await auth.verify(tokens.accessToken)).toEqual({ id, role: 'admin' });
  });

  it('When the address has an account, then it is refused and the account keeps its role', async () => {
    await auth.register({ email, password });
    expect(await codeOfPromise(auth.createAdministrator({ email, password }))).toBe('invalid-state');
    expect(await auth.accounts.findByEmail(email)).toMatchObject({ role: 'customer' });
  });
});
