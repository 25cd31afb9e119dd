import { makeObserver } from '../measure/observer.ts';
import { namedAdministrator } from './administrators.ts';
import type { TargetSpec } from './specs.ts';
import type { Target } from './target.ts';

/** A stack that somebody else runs: nothing of it is started, stopped or measured. */
export const makeUrlTarget = ({ info, url = '' }: TargetSpec): Target => ({
  info,
  start: async () => ({
    baseUrls: { auth: url, inventory: url, images: url, orders: url },
    administrator: namedAdministrator(info.name),
    observe: () => makeObserver(),
    stop: async () => {},
  }),
  dispose: async () => {},
});
