import { describe, it } from 'vitest';
import type { Shop } from '../support/shop.ts';
import type { Section } from './rules/rule.ts';

/** How the rules of a suite run: beside each other, or one after the other when they would disturb each other. */
export type SuiteOptions = { readonly concurrent: boolean };

/** Registers rules as vitest tests against the shop that `shop` gives once the tests run. */
export const contractSuite = (
  sections: readonly Section[],
  shop: () => Shop,
  { concurrent }: SuiteOptions,
): void => {
  for (const { about, rules } of sections) {
    describe(about, { concurrent }, () => {
      for (const { title, run } of rules) it(title, () => run(shop()));
    });
  }
};
