import { loggingIn, registration } from './rules/accounts.ts';
import { authorization } from './rules/authorization.ts';
import { bodies } from './rules/bodies.ts';
import { cancelling } from './rules/cancelling.ts';
import { documents } from './rules/documents.ts';
import { idempotency } from './rules/idempotency.ts';
import { orders } from './rules/orders.ts';
import { pathRules } from './rules/paths.ts';
import { photos } from './rules/photo-rules.ts';
import { products } from './rules/products.ts';
import type { Section } from './rules/rule.ts';
import { keys, refreshing } from './rules/sessions.ts';

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
