import { afterAll, beforeAll, describe, inject } from 'vitest';
import { openStack, type StackInHand } from '../support/stack-client.ts';
import type { Combination } from '../support/stack-names.ts';
import { makeHttpWire } from '../support/wire.ts';
import { contractSuite } from './contract-suite.ts';
import { loginLimits } from './rules/login-limits.ts';
import { everything } from './sections.ts';

/** The whole contract against one stack on one store, through HTTP. */
export const combinationSuite = (name: Combination): void => {
  describe(`The contract, ${name.replace('-', ' on ')}`, () => {
    let stack: StackInHand;
    const { wire, close } = makeHttpWire();
    beforeAll(async () => {
      stack = await openStack(inject('stacksUrl'), name, wire);
    });
    afterAll(close);

    const shop = () => stack.shop;
    contractSuite(everything, shop, { concurrent: true });
    contractSuite([loginLimits], shop, { concurrent: false });
  });
};
