import { makeComposeTarget } from './compose.ts';
import { makeEmbeddedTarget } from './embedded.ts';
import type { TargetSpec } from './specs.ts';
import type { Target, TargetDeps } from './target.ts';
import { makeUrlTarget } from './url.ts';

/** Makes a target of what was asked for. Nothing is started yet. */
export const makeTarget = (spec: TargetSpec, deps: TargetDeps): Target => {
  if (spec.info.kind === 'url') return makeUrlTarget(spec);
  return spec.info.kind === 'compose' ? makeComposeTarget(spec, deps) : makeEmbeddedTarget(spec, deps);
};
