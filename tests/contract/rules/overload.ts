import assert from 'node:assert/strict';
import { newCredentials } from '../../support/people.ts';
import { call, ok } from '../../support/shop.ts';
import type { Section } from './rule.ts';

/** What happens under more load than there is room for. It disturbs whatever runs beside it. */
export const overload: Section = {
  about: 'Overload',
  rules: [
    {
      title:
        'When more passwords are to be hashed than can wait, then some are overloaded with Retry-After, none fails otherwise',
      run: async (shop) => {
        const answers = await Promise.all(
          Array.from({ length: 120 }, () => call(shop, 'registerAccount', { body: newCredentials() })),
        );
        const codes = new Set(answers.map(({ status, code }) => code ?? status));
        assert.ok(codes.has('overloaded'), `none was overloaded: ${[...codes]}`);
        assert.deepEqual(
          [...codes].filter((code) => code !== 'overloaded' && code !== 202),
          [],
        );
        await ok(shop, 'registerAccount', { body: newCredentials() });
      },
    },
  ],
};
