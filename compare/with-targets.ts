import { openDataRoot } from './targets/data-root.ts';
import { makeTarget } from './targets/make-target.ts';
import type { TargetSpec } from './targets/specs.ts';
import type { Target } from './targets/target.ts';

/** Makes targets for a work, and removes all that they leave when it is over, however it ends. */
export const withTargets = async <T>(
  specs: readonly TargetSpec[],
  say: (text: string) => void,
  work: (targets: readonly Target[]) => Promise<T>,
): Promise<T> => {
  const root = await openDataRoot(say);
  const targets = specs.map((spec) => makeTarget(spec, { say, root }));
  try {
    return await work(targets);
  } finally {
    await Promise.allSettled(targets.map((target) => target.dispose()));
    await root.close();
  }
};
