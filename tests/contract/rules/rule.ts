import type { Shop } from '../../support/shop.ts';

/** One rule of the contract: what a shop must do, told by its title, and a run that throws when it does not. */
export type Rule = { readonly title: string; readonly run: (shop: Shop) => Promise<void> };

/** Rules that belong together, by route or by subject. */
export type Section = { readonly about: string; readonly rules: readonly Rule[] };
