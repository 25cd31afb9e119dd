import { keys, loggingIn, refreshing, registration } from './rules/accounts.ts';
import { authorization } from './rules/authorization.ts';
import { bodies } from './rules/bodies.ts';
import { documents } from './rules/documents.ts';
import { idempotency } from './rules/idempotency.ts';
import { cancelling, orders } from './rules/orders.ts';
import { pathRules } from './rules/paths.ts';
import { photos } from './rules/photo-rules.ts';
import { products } from './rules/products.ts';
import type { Section } from './rules/rule.ts';

/** Rules that need nothing but the routes themselves: quick enough to run in process. */
export const core: readonly Section[] = [
  authorization,
  bodies,
  pathRules,
  registration,
  loggingIn,
  refreshing,
  keys,
  products,
  idempotency,
  orders,
  cancelling,
];

/** All rules that can run beside each other, for a stack that runs for real. */
export const everything: readonly Section[] = [...core, documents, photos];
