import type { TestContext } from 'vitest';

/** Whether a test failed before and is tried again, as `retry` of `vitest.config.ts` has it. */
export const isSecondTry = ({ task }: Pick<TestContext, 'task'>): boolean =>
  (task.result?.retryCount ?? 0) > 0;
