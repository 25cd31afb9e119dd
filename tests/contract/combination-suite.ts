import type { ErrorCode } from '@duet/shared/kernel/errors.ts';
import { PROBLEMS } from '@duet/shared/kernel/problem.ts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openStack, type StackInHand } from '../support/stack-client.ts';
import { type Combination, stackOf } from '../support/stack-names.ts';
import { makeHttpWire } from '../support/wire.ts';
import { contractSuite } from './contract-suite.ts';
import { health } from './rules/documents.ts';
import { faultRules } from './rules/faults.ts';
import { genuineKeys } from './rules/genuine-keys.ts';
import { loginLimits } from './rules/login-limits.ts';
import { overload } from './rules/overload.ts';
import { roleRules } from './rules/roles.ts';
import { everything } from './sections.ts';

/** A stack that the whole contract is held against. */
export type SuiteStack = {
  readonly name: Combination;
  /** For people, e.g. `microservices on postgres`. */
  readonly title: string;
  readonly open: () => Promise<StackInHand>;
  readonly close: () => Promise<void> | void;
};

/** The whole contract against one stack on one store, through HTTP. */
export const stackSuite = ({ name, title, open, close }: SuiteStack): void => {
  describe(`The contract, ${title}`, () => {
    let stack: StackInHand;
    beforeAll(async () => {
      stack = await open();
    });
    afterAll(close);

    const shop = () => stack.shop;
    // A function serves one request at a time: there are no probes, and what would wait for a hash waits for a function.
    const ofServices = stackOf(name) === 'microservices' ? [health, overload] : [];
    contractSuite(everything, shop, { concurrent: true });
    contractSuite([loginLimits, ...ofServices], shop, { concurrent: false });

    describe('Genuine keys', () => {
      for (const { title, run } of genuineKeys) it(title, () => run(stack));
    });

    // Before the faults, which end the process that counts.
    describe.runIf(name === 'serverless-dynamodb')('Roles', () => {
      for (const { title, run } of roleRules) it(title, () => run(stack));
    });

    describe('Faults', () => {
      for (const { title, run } of faultRules) it(title, () => run(stack));
    });

    it('When all of this has run, then every refusal of the contract has been met', () => {
      const codes = Object.keys(PROBLEMS) as ErrorCode[];
      expect(codes.filter((code) => !stack.shop.seen.has(code))).toEqual([]);
    });
  });
};

/** The whole contract against one of the stacks that the test run itself starts. */
export const combinationSuite = (name: Combination): void => {
  const { wire, close } = makeHttpWire();
  const open = () => openStack(inject('stacksUrl'), name, wire);
  stackSuite({ name, title: name.replace('-', ' on '), open, close });
};
