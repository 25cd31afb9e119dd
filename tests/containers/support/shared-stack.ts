import { describe, inject, it } from 'vitest';
import { type ComposeStack, stackInHand } from './compose-stack.ts';

/** The stack of the whole run: nobody but the run ends it. */
export type SharedStack = Omit<ComposeStack, 'down'>;

/**
 * A suite on the stack that all container tests share. It leaves the stack as it found it: every container running, as
 * many replicas as `stack.scale` says. Skipped where no engine answers; the run has said why.
 *
 * @param suite registers the tests; the stack runs already
 */
export const describeStack = (title: string, suite: (stack: SharedStack) => void): void => {
  const facts = inject('containers');
  if ('skipped' in facts) describe.skip(title, () => it(facts.skipped, () => {}));
  else describe(title, () => suite(stackInHand(facts)));
};
