import assert from 'node:assert/strict';
import { logIn, newCredentials, newCustomer } from '../../support/people.ts';
import { type Answer, call, refused, type Shop } from '../../support/shop.ts';
import { newAddress } from '../../support/wire.ts';
import type { Section } from './rule.ts';

/** A wrong guess. It claims to come from elsewhere, which is not believed: no proxy stands before the stack. */
const attempt = (shop: Shop, email: string, from: string): Promise<Answer> =>
  call(shop, 'logIn', {
    body: { email, password: 'not the password at all' },
    headers: [['x-forwarded-for', newAddress()]],
    from,
  });

/** Runs attempts eight at a time: fewer than can be made to wait for a hash. */
const attempts = async (work: readonly (() => Promise<Answer>)[]): Promise<(string | undefined)[]> => {
  const codes: (string | undefined)[] = [];
  for (let at = 0; at < work.length; at += 8) {
    const answers = await Promise.all(work.slice(at, at + 8).map((make) => make()));
    codes.push(...answers.map(({ code }) => code));
  }
  return codes;
};

const count = (codes: readonly (string | undefined)[], code: string): number =>
  codes.filter((one) => one === code).length;

/** The limits on log-ins. Each rule calls from addresses of its own. */
export const loginLimits: Section = {
  about: 'POST /auth/login, limits',
  rules: [
    {
      title:
        'When 10 guesses at an account came from an address, then the next is rate-limited, right or wrong, and only there',
      run: async (shop) => {
        const person = await newCustomer(shop);
        const from = newAddress();
        const codes = await attempts(
          Array.from({ length: 14 }, () => () => attempt(shop, person.email, from)),
        );
        assert.equal(count(codes, 'unauthenticated'), 10);
        assert.equal(count(codes, 'rate-limited'), 4);
        const { headers } = await refused(
          shop,
          'logIn',
          { body: { email: person.email, password: person.password }, from },
          'rate-limited',
        );
        const seconds = Number(headers['retry-after']);
        assert.ok(seconds >= 1 && seconds <= 900, `retry-after ${seconds}`);
        await logIn(shop, person, newAddress());
      },
    },
    {
      title:
        'When 50 guesses came from an address, then the next is rate-limited whichever account it is for',
      run: async (shop) => {
        const from = newAddress();
        const codes = await attempts(
          Array.from({ length: 53 }, () => () => attempt(shop, newCredentials().email, from)),
        );
        assert.equal(count(codes, 'unauthenticated'), 50);
        assert.equal(count(codes, 'rate-limited'), 3);
      },
    },
    {
      title:
        'When 100 guesses at an account came from anywhere, then the next is rate-limited wherever it comes from',
      run: async (shop) => {
        const person = await newCustomer(shop);
        const addresses = Array.from({ length: 13 }, newAddress);
        const codes = await attempts(
          Array.from({ length: 104 }, (_, n) => () => attempt(shop, person.email, addresses[n % 13] ?? '')),
        );
        assert.equal(count(codes, 'unauthenticated'), 100);
        assert.equal(count(codes, 'rate-limited'), 4);
        await refused(
          shop,
          'logIn',
          { body: { email: person.email, password: person.password }, from: newAddress() },
          'rate-limited',
        );
      },
    },
  ],
};
